package io.paymentsaga.proof;

import static io.paymentsaga.proof.DifferenceKind.CAPTURE_DIFFERS;
import static io.paymentsaga.proof.DifferenceKind.CAPTURE_MISSED;
import static io.paymentsaga.proof.DifferenceKind.CAPTURE_UNFOUNDED;
import static io.paymentsaga.proof.DifferenceKind.CHARGED_TWICE;
import static io.paymentsaga.proof.DifferenceKind.INTENT_UNKNOWN;
import static io.paymentsaga.proof.DifferenceKind.ORDER_CHARGED_TWICE;
import static io.paymentsaga.proof.DifferenceKind.REFUNDED_TOTAL_DIFFERS;
import static io.paymentsaga.proof.DifferenceKind.REFUND_ABSENT;
import static io.paymentsaga.proof.DifferenceKind.REFUND_DIFFERS;
import static io.paymentsaga.proof.DifferenceKind.REFUND_MISSED;
import static io.paymentsaga.proof.DifferenceKind.REFUND_STATUS_DIFFERS;
import static io.paymentsaga.proof.DifferenceKind.SESSION_ABSENT;
import static io.paymentsaga.proof.DifferenceKind.SESSION_OPEN;
import static io.paymentsaga.proof.DifferenceKind.SESSION_UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.paymentsaga.payment.Money;
import io.paymentsaga.payment.PaymentStatus;
import io.paymentsaga.payment.Refund;
import io.paymentsaga.stripe.LedgerIntent;
import io.paymentsaga.stripe.LedgerRefund;
import io.paymentsaga.stripe.LedgerSession;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each way to differ, found by what tells it; and what agrees, left alone. */
class MoneyComparisonTest {
  private static final Instant LONG_AGO = Instant.parse("2026-03-01T12:00:00Z");
  private static final Instant LATER = LONG_AGO.plusSeconds(3600);
  private static final Money PRICE = new Money(3000, "USD");
  private static final List<LedgerRefund> NO_REFUNDS = List.of();
  private static final Case OWES = new Case(PaymentStatus.PENDING, "cs_1", null, null, 0);
  private static final Case PAID = new Case(PaymentStatus.COMPLETED, "cs_1", "pi_1", PRICE, 0);
  private static final Case OVER = new Case(PaymentStatus.CANCELLED, "cs_1", null, null, 0);
  private static final LedgerIntent MONEY = intent("pi_1", "succeeded", PRICE);

  /** A payment in the books. */
  private record Case(
      PaymentStatus status, String sessionId, String intentId, Money captured, long refunded) {

    BookedPayment with(BookedRefund... refunds) {
      return with(null, refunds);
    }

    BookedPayment with(String heldBefore, BookedRefund... refunds) {
      return new BookedPayment(
          "pay_1",
          "ord_1",
          status,
          sessionId,
          intentId,
          captured,
          refunded,
          captured == null ? 0 : captured.amount() - refunded,
          heldBefore,
          LONG_AGO,
          LONG_AGO,
          1,
          List.of(refunds));
    }

    Case refunding(long amount) {
      return new Case(PaymentStatus.PARTIALLY_REFUNDED, sessionId, intentId, captured, amount);
    }
  }

  private static LedgerIntent intent(String id, String status, Money captured) {
    return new LedgerIntent(id, "pay_1", status, captured, LONG_AGO, 0);
  }

  private static LedgerSession session(
      String id, LedgerSession.Status status, LedgerIntent intent) {
    return new LedgerSession(id, LONG_AGO, "pay_1", status, intent);
  }

  private static LedgerSession paid() {
    return session("cs_1", LedgerSession.Status.COMPLETE, MONEY);
  }

  private static LedgerSession expired() {
    return session("cs_1", LedgerSession.Status.EXPIRED, null);
  }

  private static LedgerRefund refund(String id, long amount, Refund.Status status) {
    return new LedgerRefund(
        id, LONG_AGO, "pi_1", null, null, new Money(amount, "USD"), status, null, null);
  }

  private static BookedRefund booked(String stripeId, long amount, Refund.Status status) {
    return new BookedRefund("ref_1", stripeId, amount, status, LONG_AGO, LONG_AGO);
  }

  private static Look look(
      BookedPayment here,
      List<LedgerSession> sessions,
      List<LedgerIntent> intents,
      List<LedgerRefund> refunds) {
    return new Look("pay_1", Optional.ofNullable(here), sessions, intents, refunds, true);
  }

  private static Look look(BookedPayment here, LedgerSession... sessions) {
    return look(here, List.of(sessions), List.of(), NO_REFUNDS);
  }

  private static Look paidAnd(BookedPayment here, LedgerRefund... refunds) {
    return look(here, List.of(paid()), List.of(), List.of(refunds));
  }

  static Stream<Arguments> differing() {
    Refund.Status succeeded = Refund.Status.SUCCEEDED;
    Refund.Status pending = Refund.Status.PENDING;
    Refund.Status failed = Refund.Status.FAILED;
    return Stream.of(
        arguments("a session of no payment", look(null, paid()), SESSION_UNKNOWN, "cs_1"),
        arguments(
            "a second session of a payment",
            look(OVER.with(), expired(), session("cs_2", LedgerSession.Status.OPEN, null)),
            SESSION_UNKNOWN,
            "cs_2"),
        arguments(
            "a session nobody here has heard of",
            look(new Case(PaymentStatus.CANCELLED, null, null, null, 0).with(), expired()),
            SESSION_UNKNOWN,
            "cs_1"),
        arguments(
            "money in a second session",
            look(
                OWES.with(),
                session("cs_1", LedgerSession.Status.OPEN, null),
                session("cs_2", LedgerSession.Status.COMPLETE, intent("pi_2", "succeeded", PRICE))),
            SESSION_UNKNOWN,
            "cs_2"),
        arguments(
            "no session at Stripe",
            look(OVER.with(), List.of(), List.of(), NO_REFUNDS),
            SESSION_ABSENT,
            "cs_1"),
        arguments(
            "an open session of a payment that is over",
            look(OVER.with(), session("cs_1", LedgerSession.Status.OPEN, null)),
            SESSION_OPEN,
            "cs_1"),
        arguments(
            "an intent of no payment",
            look(null, List.of(), List.of(MONEY), NO_REFUNDS),
            INTENT_UNKNOWN,
            "pi_1"),
        arguments(
            "an intent besides the session",
            look(OVER.with(), List.of(expired()), List.of(MONEY), NO_REFUNDS),
            INTENT_UNKNOWN,
            "pi_1"),
        arguments("money not booked", look(OWES.with(), paid()), CAPTURE_MISSED, "pi_1"),
        arguments("late money not booked", look(OVER.with(), paid()), CAPTURE_MISSED, "pi_1"),
        arguments(
            "money booked and still under way",
            look(
                PAID.with(),
                session("cs_1", LedgerSession.Status.COMPLETE, intent("pi_1", "processing", null))),
            CAPTURE_UNFOUNDED,
            "pi_1"),
        arguments(
            "money booked and not there", look(PAID.with(), expired()), CAPTURE_UNFOUNDED, "pi_1"),
        arguments(
            "another amount",
            look(
                PAID.with(),
                session(
                    "cs_1",
                    LedgerSession.Status.COMPLETE,
                    intent("pi_1", "succeeded", new Money(2999, "USD")))),
            CAPTURE_DIFFERS,
            "pi_1"),
        arguments(
            "another currency",
            look(
                PAID.with(),
                session(
                    "cs_1",
                    LedgerSession.Status.COMPLETE,
                    intent("pi_1", "succeeded", new Money(3000, "EUR")))),
            CAPTURE_DIFFERS,
            "pi_1"),
        arguments(
            "a second charge",
            look(
                PAID.with(),
                List.of(paid()),
                List.of(intent("pi_2", "succeeded", PRICE)),
                NO_REFUNDS),
            CHARGED_TWICE,
            "pi_2"),
        arguments(
            "another payment of the order that holds money",
            look(PAID.with("pay_0"), paid()),
            ORDER_CHARGED_TWICE,
            "pi_1"),
        arguments(
            "a refund nobody here knows",
            paidAnd(PAID.with(), refund("re_1", 700, succeeded)),
            REFUND_MISSED,
            "re_1"),
        arguments(
            "a refund Stripe does not know",
            paidAnd(PAID.refunding(700).with(booked("re_1", 700, succeeded))),
            REFUND_ABSENT,
            "re_1"),
        arguments(
            "a refund of another amount",
            paidAnd(
                PAID.refunding(700).with(booked("re_1", 700, succeeded)),
                refund("re_1", 701, succeeded)),
            REFUND_DIFFERS,
            "re_1"),
        arguments(
            "a refund that has succeeded at Stripe",
            paidAnd(PAID.with(booked("re_1", 700, pending)), refund("re_1", 700, succeeded)),
            REFUND_STATUS_DIFFERS,
            "re_1"),
        arguments(
            "a refund that has failed at Stripe",
            paidAnd(
                PAID.refunding(700).with(booked("re_1", 700, succeeded)),
                refund("re_1", 700, failed)),
            REFUND_STATUS_DIFFERS,
            "re_1"),
        arguments(
            "a sum that is not that of the refunds",
            paidAnd(
                PAID.refunding(900).with(booked("re_1", 700, succeeded)),
                refund("re_1", 700, succeeded)),
            REFUNDED_TOTAL_DIFFERS,
            "pi_1"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("differing")
  void each_way_to_differ_is_found(
      String name, Look look, DifferenceKind kind, String stripeObject) {
    List<Difference> found = MoneyComparison.compare(look, LATER);

    assertThat(found).extracting(Difference::kind).containsExactly(kind);
    assertThat(found.get(0).stripeObject()).isEqualTo(stripeObject);
    assertThat(found.get(0).paymentId()).isEqualTo("pay_1");
    assertThat(found.get(0).settled()).isTrue();
    assertThat(found.get(0).evidence()).containsOnlyKeys("stripe", "here");
  }

  @Test
  void each_kind_has_its_case() {
    assertThat(differing().map(each -> each.get()[2]).collect(Collectors.toSet()))
        .containsExactlyInAnyOrderElementsOf(Arrays.asList(DifferenceKind.values()));
  }

  static Stream<Arguments> agreeing() {
    return Stream.of(
        arguments("nothing on either side", look(null)),
        arguments(
            "a session to be paid",
            look(OWES.with(), session("cs_1", LedgerSession.Status.OPEN, null))),
        arguments(
            "a declined attempt",
            look(
                OVER.with(),
                session(
                    "cs_1",
                    LedgerSession.Status.EXPIRED,
                    intent("pi_1", "requires_payment_method", null)))),
        arguments(
            "a payment without a session",
            look(new Case(PaymentStatus.FAILED, null, null, null, 0).with())),
        arguments("a paid session", look(PAID.with(), paid())),
        arguments(
            "late money that was given back",
            paidAnd(
                new Case(PaymentStatus.CANCELLED, "cs_1", "pi_1", PRICE, 3000)
                    .with(booked("re_1", 3000, Refund.Status.SUCCEEDED)),
                refund("re_1", 3000, Refund.Status.SUCCEEDED))),
        arguments(
            "a refund not asked for yet",
            look(PAID.with(booked(null, 700, Refund.Status.PENDING)), paid())),
        arguments(
            "a refund that failed on both sides",
            paidAnd(
                PAID.with(booked("re_1", 700, Refund.Status.FAILED)),
                refund("re_1", 700, Refund.Status.FAILED))),
        arguments(
            "a refund that failed before anybody here heard of it",
            paidAnd(PAID.with(), refund("re_1", 700, Refund.Status.FAILED))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("agreeing")
  void what_agrees_is_left_alone(String name, Look look) {
    assertThat(MoneyComparison.compare(look, LATER)).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("differing")
  void what_has_just_moved_may_be_on_its_way(
      String name, Look look, DifferenceKind kind, String stripeObject) {
    assertThat(MoneyComparison.compare(look, LONG_AGO))
        .extracting(Difference::settled)
        .containsExactly(false);
  }

  @Test
  void the_order_of_the_objects_does_not_matter() {
    List<LedgerSession> sessions =
        Arrays.asList(
            paid(),
            session("cs_2", LedgerSession.Status.COMPLETE, intent("pi_2", "succeeded", PRICE)),
            session("cs_3", LedgerSession.Status.OPEN, null));
    List<LedgerRefund> refunds =
        Arrays.asList(
            refund("re_1", 1, Refund.Status.SUCCEEDED),
            refund("re_2", 2, Refund.Status.PENDING),
            refund("re_3", 3, Refund.Status.FAILED));
    List<Difference> expected =
        MoneyComparison.compare(look(PAID.with(), sessions, List.of(), refunds), LATER);
    assertThat(expected)
        .extracting(Difference::kind)
        .containsExactlyInAnyOrder(
            SESSION_UNKNOWN, CHARGED_TWICE, SESSION_UNKNOWN, REFUND_MISSED, REFUND_MISSED);
    Random random = new Random(7);
    for (int round = 0; round < 20; round++) {
      Collections.shuffle(sessions, random);
      Collections.shuffle(refunds, random);
      assertThat(MoneyComparison.compare(look(PAID.with(), sessions, List.of(), refunds), LATER))
          .containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void only_what_is_sure_to_be_right_is_repaired() {
    assertThat(repairs(look(OWES.with(), paid()))).containsExactly(Repair.CHECK_PAYMENT);
    assertThat(repairs(look(OVER.with(), session("cs_1", LedgerSession.Status.OPEN, null))))
        .containsExactly(Repair.CLOSE_SESSION);
    assertThat(repairs(paidAnd(PAID.with(), refund("re_1", 700, Refund.Status.SUCCEEDED))))
        .containsExactly(Repair.REPORT_REFUND);
    assertThat(
            repairs(
                paidAnd(
                    PAID.with(booked("re_1", 700, Refund.Status.FAILED)),
                    refund("re_1", 700, Refund.Status.SUCCEEDED))))
        .containsExactly(Repair.NONE);
    assertThat(repairs(look(null, paid()))).containsExactly(Repair.NONE);
  }

  private static List<Repair> repairs(Look look) {
    return MoneyComparison.compare(look, LATER).stream().map(Difference::repair).toList();
  }
}
