package io.paymentsaga.payment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.paymentsaga.payment.Signal.IfPaid;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every payment under every signal, as the table {@code payment/decisions.txt} has it. */
class PaymentDecisionsTest {
  private static final Money ASKED = new Money(3000, "USD");
  private static final Signal OPENED = new Signal.SessionOpened("cs_1");
  private static final Signal PROCESSING = new Signal.ProcessingStarted("pi_1");
  private static final Signal CAPTURED = new Signal.Captured(ASKED, "pi_1");
  private static final Signal MISPAID = new Signal.Captured(new Money(2999, "USD"), "pi_1");
  private static final Signal INTERRUPTED = new Signal.CheckoutFailed("Stripe refused");
  private static final Signal DECLINED =
      new Signal.AttemptDeclined("ch_1", "insufficient_funds", "card_declined", true);
  private static final Signal CALLED_OFF = command("cancel_payment", null, IfPaid.REFUND);
  private static final Signal MISPAID_EUROS = new Signal.Captured(new Money(3000, "EUR"), "pi_1");
  private static final Signal DISPUTED = dispute(Dispute.Status.OPEN, "needs_response");
  private static final Signal ORDER_OFF = new Signal.OrderCancelled("no", "shop", "refund_2");
  private static final Signal CLOSED = new Signal.PaymentClosed();
  private static final Signal ROLLED_BACK = new Signal.RollbackCompleted();
  private static final Signal GIVEN_BACK = reported("refund_1", Refund.Status.SUCCEEDED);

  /** How a payment comes to stand where the table names it. */
  private static final Map<String, List<Signal>> PAYMENTS = new LinkedHashMap<>();

  /** What the table's signals are; those about a refund are about the payment's newest. */
  private static final Map<String, Function<PaymentJourney, Signal>> SIGNALS =
      new LinkedHashMap<>();

  static {
    PAYMENTS.put("stored", List.of());
    PAYMENTS.put("open", List.of(OPENED));
    PAYMENTS.put("processing", List.of(OPENED, PROCESSING));
    PAYMENTS.put("interrupted", List.of(INTERRUPTED));
    PAYMENTS.put("called-off", List.of(OPENED, CALLED_OFF));
    PAYMENTS.put("called-off-processing", List.of(OPENED, PROCESSING, CALLED_OFF));
    PAYMENTS.put("called-off-paid", List.of(OPENED, CALLED_OFF, CAPTURED));
    PAYMENTS.put("mispaid", List.of(OPENED, MISPAID));
    PAYMENTS.put("completed", List.of(OPENED, CAPTURED));
    PAYMENTS.put("refunding", List.of(OPENED, CAPTURED, refund(1000L)));
    PAYMENTS.put("partly-refunded", List.of(OPENED, CAPTURED, refund(1000L), GIVEN_BACK));
    PAYMENTS.put("refunded", List.of(OPENED, CAPTURED, refund(null), GIVEN_BACK));
    PAYMENTS.put("disputed", List.of(OPENED, CAPTURED, DISPUTED));
    PAYMENTS.put("disputed-refunding", List.of(OPENED, CAPTURED, DISPUTED, ORDER_OFF));
    PAYMENTS.put("lost", List.of(OPENED, CAPTURED, DISPUTED, dispute(Dispute.Status.LOST, "lost")));
    PAYMENTS.put("failed", List.of(INTERRUPTED, CLOSED, ROLLED_BACK));
    PAYMENTS.put("cancelled", List.of(OPENED, CALLED_OFF, CLOSED, ROLLED_BACK));
    PAYMENTS.put("cancelled-paid", List.of(OPENED, CALLED_OFF, CLOSED, ROLLED_BACK, CAPTURED));

    PAYMENTS.put(
        "cancelled-mispaid", List.of(OPENED, CALLED_OFF, CLOSED, ROLLED_BACK, MISPAID_EUROS));

    signal("SessionOpened", OPENED);
    signal("CheckoutFailed", INTERRUPTED);
    signal("ProcessingStarted", PROCESSING);
    signal("Captured", CAPTURED);
    signal("Captured, another amount", MISPAID);
    signal("Captured, another currency", MISPAID_EUROS);
    signal("ReceiptIssued", new Signal.ReceiptIssued("ch_1", "https://stripe.example/receipt"));
    signal("AttemptDeclined", DECLINED);
    signal("SessionExpired", new Signal.SessionExpired());
    signal("SessionEndAnnounced", new Signal.SessionEndAnnounced());
    signal("ProcessingFailed", new Signal.ProcessingFailed(null, "debit returned"));
    signal(
        "CancelRequested by a caller",
        new Signal.CancelRequested(
            PaymentStatus.CANCELLED, "changed my mind", IfPaid.REFUSE, null, null, "refund_3"));
    signal("CancelRequested by cancel_payment", command("cancel_payment", null, IfPaid.REFUND));
    signal("CancelRequested by refund_payment", command("refund_payment", 2500L, IfPaid.REFUND));
    signal(
        "CancelRequested by mark_payment_failed",
        command("mark_payment_failed", null, IfPaid.REFUSE));
    signal("CommandRefused", new Signal.CommandRefused(new Command("command_2", "dance")));
    signal("OrderCancelled", new Signal.OrderCancelled("sold out", "shop", "refund_3"));
    signal("OrderCreated", new Signal.OrderCreated());
    signal("RollbackAnnounced", new Signal.RollbackAnnounced());
    signal("SessionClosed", new Signal.SessionClosed("cs_1"));
    signal("PaymentClosed", CLOSED);
    signal("RollbackCompleted", ROLLED_BACK);
    signal("RefundRequested", new Signal.RefundRequested("refund_3", null, null, null));
    signal("RefundRequested, 2500", new Signal.RefundRequested("refund_3", 2500L, null, null));
    SIGNALS.put("RefundReported pending", reported(Refund.Status.PENDING));
    SIGNALS.put("RefundReported succeeded", reported(Refund.Status.SUCCEEDED));
    SIGNALS.put("RefundReported failed", reported(Refund.Status.FAILED));
    SIGNALS.put("RefundReported canceled", reported(Refund.Status.CANCELED));
    SIGNALS.put(
        "RefundRefused",
        journey -> new Signal.RefundRefused(newestRefund(journey), "charge_disputed"));
    for (Signal.Resolution resolution : Signal.Resolution.values()) {
      SIGNALS.put(
          "RefundResolved " + resolution,
          journey -> new Signal.RefundResolved(newestRefund(journey), resolution, "seen to it"));
    }
    SIGNALS.put(
        "RefundNotMade", journey -> new Signal.RefundNotMade(newestRefund(journey), "api_error"));
    signal("RefundReported, made at Stripe", reported("stripe-re_9", Refund.Status.SUCCEEDED));
    signal("DisputeReported open", DISPUTED);
    signal("DisputeReported won", dispute(Dispute.Status.WON, "won"));
    signal("DisputeReported lost", dispute(Dispute.Status.LOST, "lost"));
    signal("CompensationOrdered", new Signal.CompensationOrdered("by hand", "refund_3"));
    signal("Resolved COMPLETED", new Signal.Resolved(Signal.Resolution.COMPLETED, "seen to it"));
    signal(
        "Resolved COMPENSATED", new Signal.Resolved(Signal.Resolution.COMPENSATED, "seen to it"));
    signal("RefundReported, made at Stripe, failed", reported("stripe-re_9", Refund.Status.FAILED));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("rows")
  void a_payment_takes_a_signal_as_the_table_says(String signal, String payment, String expected) {
    PaymentJourney journey = journey(payment);

    assertThat(DecisionWords.of(journey.take(SIGNALS.get(signal).apply(journey))))
        .isEqualTo(expected);
  }

  @Test
  void the_table_has_every_payment_under_every_signal_once() {
    List<String> expected =
        SIGNALS.keySet().stream()
            .flatMap(signal -> PAYMENTS.keySet().stream().map(payment -> signal + ": " + payment))
            .toList();

    assertThat(rows().map(row -> row.get()[0] + ": " + row.get()[1]))
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void the_table_knows_every_kind_of_signal() {
    Stream<Class<?>> kinds =
        SIGNALS.values().stream().map(signal -> signal.apply(journey("stored")).getClass());

    assertThat(kinds).contains(Signal.class.getPermittedSubclasses());
  }

  @Test
  void the_table_knows_every_status() {
    assertThat(PAYMENTS.keySet().stream().map(name -> journey(name).payment().status()))
        .contains(PaymentStatus.values());
  }

  @Test
  void a_decline_leaves_the_session_open_where_the_customer_may_try_until_expiry() {
    PaymentJourney journey = new PaymentJourney(DeclinePolicy.RETRY_UNTIL_EXPIRY);
    journey.take(OPENED);

    assertThat(DecisionWords.of(journey.take(DECLINED))).isEqualTo("ACCEPTED");
    assertThat(journey.payment().attempts()).isEqualTo(1);
    assertThat(DecisionWords.of(journey.take(new Signal.SessionExpired())))
        .isEqualTo("ACCEPTED; is to become FAILED; saga compensates a failure");
    assertThat(journey.payment().declineCode()).isEqualTo("insufficient_funds");
  }

  @Test
  void a_decline_that_is_reported_twice_counts_once() {
    PaymentJourney journey = new PaymentJourney(DeclinePolicy.RETRY_UNTIL_EXPIRY);
    journey.take(OPENED);
    journey.take(DECLINED);

    assertThat(DecisionWords.of(journey.take(DECLINED))).isEqualTo("NOTHING_TO_DO");
    assertThat(journey.payment().attempts()).isEqualTo(1);
  }

  @Test
  void a_command_that_was_paid_back_is_answered_when_the_money_has_left() {
    PaymentJourney journey = journey("completed");
    journey.take(CALLED_OFF);

    Decision decision = journey.take(reported("refund_2", Refund.Status.SUCCEEDED));

    assertThat(DecisionWords.of(decision))
        .isEqualTo(
            "ACCEPTED; becomes REFUNDED; publishes payment.refunded succeeded,"
                + " saga.payment.rollback.complete refunded; refund of 3000 SUCCEEDED");
    assertThat(decision.events().get(1).causationId()).isEqualTo("command_cancel_payment");
  }

  @Test
  void a_command_whose_refund_stripe_refuses_is_answered_as_refused() {
    PaymentJourney journey = journey("completed");
    journey.take(CALLED_OFF);

    Decision decision = journey.take(new Signal.RefundRefused("refund_2", "charge_disputed"));

    assertThat(DecisionWords.of(decision))
        .isEqualTo(
            "ACCEPTED; publishes saga.payment.rollback.complete refused;"
                + " refund of 3000 FAILED; refund halts");
    assertThat(decision.events().get(0).causationId()).isEqualTo("command_cancel_payment");
  }

  @Test
  void a_dispute_that_is_lost_takes_the_money_and_leaves_the_status() {
    PaymentJourney journey = journey("lost");

    assertThat(journey.payment().status()).isEqualTo(PaymentStatus.COMPLETED);
    assertThat(journey.payment().lostAmount()).isEqualTo(3000);
    assertThat(journey.payment().refundedAmount()).isZero();
    assertThat(journey.payment().refundable()).isZero();
    assertThat(journey.events())
        .extracting(event -> event.data().get("disputeStatus"))
        .endsWith("open", "lost");
  }

  @Test
  void a_dispute_that_is_won_leaves_everything_refundable() {
    PaymentJourney journey = journey("disputed");

    journey.take(dispute(Dispute.Status.WON, "won"));

    assertThat(journey.payment().disputed()).isFalse();
    assertThat(journey.payment().refundable()).isEqualTo(3000);
  }

  @Test
  void a_step_of_an_open_dispute_is_recorded_and_not_published() {
    PaymentJourney journey = journey("disputed");

    assertThat(DecisionWords.of(journey.take(dispute(Dispute.Status.OPEN, "under_review"))))
        .isEqualTo("ACCEPTED; dispute OPEN");
    assertThat(journey.disputes().get(0).stripeStatus()).isEqualTo("under_review");
  }

  @Test
  void late_money_in_another_currency_is_booked_as_what_it_is() {
    PaymentJourney journey = journey("cancelled-mispaid");

    assertThat(journey.payment().capturedCurrency()).isEqualTo("EUR");
    journey.take(reported("late-payment_1", Refund.Status.SUCCEEDED));
    assertThat(journey.events().get(journey.events().size() - 1).data())
        .containsEntry("refundCurrency", "EUR");
  }

  @Test
  void a_refund_first_heard_of_as_failed_leaves_all_money_refundable() {
    PaymentJourney journey = journey("completed");

    journey.take(reported("stripe-re_9", Refund.Status.FAILED));

    assertThat(journey.payment().refundable()).isEqualTo(3000);
  }

  @Test
  void a_refund_of_late_money_that_fails_while_the_session_is_closed_waits_for_an_operator() {
    PaymentJourney journey = journey("called-off");
    journey.take(CAPTURED);
    journey.take(reported("late-payment_1", Refund.Status.SUCCEEDED));

    Decision decision = journey.take(reported("late-payment_1", Refund.Status.FAILED));

    assertThat(decision.haltRefunds()).contains(decision.refundToOpen());
    assertThat(decision.refundToOpen().amount()).isEqualTo(3000);
  }

  @Test
  void a_refund_at_stripe_that_does_not_fit_is_brought_again_when_ours_is_known_as_failed() {
    PaymentJourney journey = journey("refunded");
    Signal inDashboard =
        new Signal.RefundReported("stripe-re_9", "re_9", 3000, Refund.Status.SUCCEEDED, null, null);

    assertThat(DecisionWords.of(journey.take(inDashboard))).isEqualTo("TOO_EARLY");
    journey.take(reported("refund_1", Refund.Status.FAILED));
    journey.take(inDashboard);

    assertThat(journey.payment().status()).isEqualTo(PaymentStatus.REFUNDED);
    assertThat(journey.payment().refundedAmount()).isEqualTo(3000);
  }

  @Test
  void a_refund_that_was_given_up_is_booked_when_stripe_has_made_it_all_the_same() {
    PaymentJourney journey = journey("completed");
    journey.take(command("refund_payment", 1000L, IfPaid.REFUND));
    journey.take(
        new Signal.RefundReported("stripe-re_9", "re_9", 2500, Refund.Status.PENDING, null, null));
    assertThat(journey.refunds().get(0).status()).isEqualTo(Refund.Status.CANCELED);

    journey.take(reported("stripe-re_9", Refund.Status.FAILED));
    Decision decision = journey.take(reported("refund_2", Refund.Status.SUCCEEDED));

    assertThat(DecisionWords.of(decision))
        .isEqualTo(
            "ACCEPTED; becomes PARTIALLY_REFUNDED; publishes payment.refunded succeeded;"
                + " refund of 1000 SUCCEEDED");
    assertThat(journey.payment().refundedAmount()).isEqualTo(1000);
  }

  @Test
  void a_command_is_answered_once_though_stripe_makes_the_refund_that_was_given_up() {
    PaymentJourney journey = journey("completed");
    journey.take(CALLED_OFF);
    journey.take(new Signal.RefundRefused("refund_2", "charge_disputed"));

    journey.take(reported("refund_2", Refund.Status.PENDING));
    Decision decision = journey.take(reported("refund_2", Refund.Status.SUCCEEDED));

    assertThat(DecisionWords.of(decision))
        .isEqualTo(
            "ACCEPTED; becomes REFUNDED; publishes payment.refunded succeeded;"
                + " refund of 3000 SUCCEEDED");
  }

  /** Signal, payment, and what is decided then. */
  static Stream<Arguments> rows() {
    List<Arguments> rows = new ArrayList<>();
    String signal = null;
    String decision = null;
    for (String line : table().lines().toList()) {
      if (line.startsWith("    ")) {
        for (String payment : line.strip().split(" ", -1)) {
          rows.add(Arguments.of(signal, payment, decision));
        }
      } else if (line.startsWith("  ")) {
        decision = line.strip();
      } else if (!line.isEmpty() && !line.startsWith("#")) {
        signal = line;
      }
    }
    return rows.stream();
  }

  private static String table() {
    try (InputStream table =
        PaymentDecisionsTest.class.getResourceAsStream("/payment/decisions.txt")) {
      return new String(table.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static PaymentJourney journey(String payment) {
    PaymentJourney journey = new PaymentJourney(DeclinePolicy.FAIL_FAST);
    PAYMENTS.get(payment).forEach(journey::take);
    return journey;
  }

  private static void signal(String name, Signal signal) {
    SIGNALS.put(name, journey -> signal);
  }

  private static Signal command(String action, Long amount, IfPaid ifPaid) {
    return new Signal.CancelRequested(
        ifPaid == IfPaid.REFUSE ? PaymentStatus.FAILED : PaymentStatus.CANCELLED,
        action,
        ifPaid,
        amount,
        new Command("command_" + action, action),
        "refund_2");
  }

  private static Signal dispute(Dispute.Status status, String stripeStatus) {
    return new Signal.DisputeReported(
        "du_1", new Money(3000, "USD"), status, stripeStatus, "fraudulent");
  }

  private static Signal refund(Long amount) {
    return new Signal.RefundRequested("refund_1", amount, null, null);
  }

  private static Function<PaymentJourney, Signal> reported(Refund.Status status) {
    return journey -> reported(newestRefund(journey), status);
  }

  private static Signal reported(String refundId, Refund.Status status) {
    return new Signal.RefundReported(refundId, "re_" + refundId, 500, status, null, null);
  }

  private static String newestRefund(PaymentJourney journey) {
    List<Refund> refunds = journey.refunds();
    return refunds.isEmpty() ? "none" : refunds.get(refunds.size() - 1).refundId();
  }
}
