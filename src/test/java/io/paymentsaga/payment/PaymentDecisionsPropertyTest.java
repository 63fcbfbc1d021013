package io.paymentsaga.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.paymentsaga.messaging.EventEnvelopes;
import io.paymentsaga.payment.Signal.IfPaid;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for a payment whatever comes, in whatever order, however often. */
class PaymentDecisionsPropertyTest {

  /** One signal of a random sequence: made of the payment it comes to and its own number. */
  private record Step(String name, BiFunction<PaymentJourney, Integer, Signal> signal) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  private static final List<Step> STEPS = new ArrayList<>();

  static {
    step("opened", (at, n) -> new Signal.SessionOpened("cs_1"));
    step("not opened", (at, n) -> new Signal.CheckoutFailed("Stripe refused"));
    step("processing", (at, n) -> new Signal.ProcessingStarted("pi_1"));
    step("captured", (at, n) -> new Signal.Captured(new Money(3000, "USD"), "pi_1"));
    step("captured less", (at, n) -> new Signal.Captured(new Money(2999, "USD"), "pi_1"));
    step("captured euros", (at, n) -> new Signal.Captured(new Money(3000, "EUR"), "pi_1"));
    step("receipt", (at, n) -> new Signal.ReceiptIssued("ch_" + n, "https://stripe.example/r"));
    step("declined", (at, n) -> new Signal.AttemptDeclined("ch_" + n, null, "declined", true));
    step("declined for good", (at, n) -> new Signal.AttemptDeclined(null, null, "no", false));
    step("expired", (at, n) -> new Signal.SessionExpired());
    step("processing failed", (at, n) -> new Signal.ProcessingFailed(null, "debit returned"));
    step(
        "cancelled by a caller",
        (at, n) ->
            new Signal.CancelRequested(
                PaymentStatus.CANCELLED, "no", IfPaid.REFUSE, null, null, "refund_" + n));
    step("cancel_payment", (at, n) -> command(n, PaymentStatus.CANCELLED, IfPaid.REFUND, null));
    step("refund_payment", (at, n) -> command(n, PaymentStatus.CANCELLED, IfPaid.REFUND, 700L));
    step("mark_payment_failed", (at, n) -> command(n, PaymentStatus.FAILED, IfPaid.REFUSE, null));
    step("order cancelled", (at, n) -> new Signal.OrderCancelled("no", "shop", "refund_" + n));
    step("order created", (at, n) -> new Signal.OrderCreated());
    step("rollback announced", (at, n) -> new Signal.RollbackAnnounced());
    step("session closed", (at, n) -> new Signal.SessionClosed("cs_1"));
    step("payment closed", (at, n) -> new Signal.PaymentClosed());
    step("rolled back", (at, n) -> new Signal.RollbackCompleted());
    step("refund all", (at, n) -> new Signal.RefundRequested("refund_" + n, null, null, null));
    step("refund some", (at, n) -> new Signal.RefundRequested("refund_" + n, 900L, null, null));
    step("compensation ordered", (at, n) -> new Signal.CompensationOrdered("no", "refund_" + n));
    for (Signal.Resolution resolution : Signal.Resolution.values()) {
      step("resolved " + resolution, (at, n) -> new Signal.Resolved(resolution, "by hand"));
      step(
          "refund resolved " + resolution,
          (at, n) -> new Signal.RefundResolved(newestRefund(at, n), resolution, "by hand"));
    }
    for (Refund.Status status : Refund.Status.values()) {
      step("oldest refund " + status, (at, n) -> reported(oldestRefund(at, n), status));
      step("newest refund " + status, (at, n) -> reported(newestRefund(at, n), status));
      step("Stripe's own refund " + status, (at, n) -> reported("stripe-re_" + n, status));
    }
    step("refund not made", (at, n) -> new Signal.RefundNotMade(newestRefund(at, n), "api_error"));
    step("session end announced", (at, n) -> new Signal.SessionEndAnnounced());
    for (Dispute.Status status : Dispute.Status.values()) {
      step("dispute " + status, (at, n) -> dispute("du_1", 3000, status));
      step("another dispute " + status, (at, n) -> dispute("du_2", 500, status));
    }
    step("refund refused", (at, n) -> new Signal.RefundRefused(newestRefund(at, n), "no"));
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    return Arbitraries.of(STEPS).list().ofMaxSize(30);
  }

  @Property
  void the_status_follows_the_published_path(
      @ForAll("steps") List<Step> steps, @ForAll DeclinePolicy policy) {
    PaymentJourney journey = travel(steps, policy);

    for (Decision decision : decisions(journey)) {
      PaymentStatus before = decision.before().status();
      PaymentStatus after = decision.after().status();
      assertThat(after == before || before.canBecome(after)).as(before + " -> " + after).isTrue();
    }
  }

  @Property
  void events_are_numbered_from_one_without_a_gap(
      @ForAll("steps") List<Step> steps, @ForAll DeclinePolicy policy) {
    PaymentJourney journey = travel(steps, policy);

    assertThat(journey.events().stream().map(PaymentEvent::sequence))
        .containsExactlyElementsOf(
            LongStream.rangeClosed(1, journey.events().size()).boxed().toList());
    assertThat(journey.payment().sequence()).isEqualTo(journey.events().size());
  }

  @Property
  void every_event_is_what_its_schema_promises(
      @ForAll("steps") List<Step> steps, @ForAll DeclinePolicy policy) {
    EventEnvelopes envelopes = new EventEnvelopes(JSON, () -> "event_1");

    for (Decision decision : decisions(travel(steps, policy))) {
      for (PaymentEvent event : decision.events()) {
        assertThatCode(() -> envelopes.seal(decision.after(), event)).doesNotThrowAnyException();
      }
    }
  }

  @Property
  void captured_money_completes_the_payment_or_is_given_back_or_stands_before_an_operator(
      @ForAll("steps") List<Step> steps, @ForAll DeclinePolicy policy) {
    PaymentJourney journey = travel(steps, policy);

    Payment payment = journey.payment();
    boolean completed = payment.completedAt() != null;
    boolean givenBack = payment.refundable() == 0;
    boolean beforeAnOperator =
        decisions(journey).stream()
            .anyMatch(
                decision ->
                    decision.saga() instanceof SagaMove.Halt || !decision.haltRefunds().isEmpty());
    assertThat(completed || givenBack || beforeAnOperator).isTrue();
  }

  @Property
  void a_payment_is_completed_once_and_never_after_its_rollback_has_begun(
      @ForAll("steps") List<Step> steps, @ForAll DeclinePolicy policy) {
    PaymentJourney journey = travel(steps, policy);

    List<Decision> completing =
        decisions(journey).stream().filter(publishes(EventType.PAYMENT_COMPLETED)).toList();
    assertThat(completing).hasSizeLessThanOrEqualTo(1);
    assertThat(completing).noneMatch(decision -> decision.before().rollbackBegun());
  }

  @Property
  void refunds_never_exceed_what_was_captured_and_the_sums_are_those_of_the_refunds(
      @ForAll("steps") List<Step> steps, @ForAll DeclinePolicy policy) {
    PaymentJourney journey = travel(steps, policy);

    for (Decision decision : decisions(journey)) {
      Payment payment = decision.after();
      assertThat(payment.refundReserved()).isBetween(0L, payment.capturedAmount());
      assertThat(payment.refundedAmount()).isBetween(0L, payment.refundReserved());
    }
    assertThat(journey.payment().refundReserved())
        .isEqualTo(sum(journey.refunds(), refund -> refund.status().reserves()));
    assertThat(journey.payment().refundedAmount())
        .isEqualTo(sum(journey.refunds(), refund -> refund.status() == Refund.Status.SUCCEEDED));
  }

  @Property
  void while_a_dispute_is_open_nobody_gets_a_refund_by_asking(
      @ForAll("steps") List<Step> steps, @ForAll DeclinePolicy policy) {
    PaymentJourney journey = travel(steps, policy);

    for (PaymentJourney.Turn turn : journey.turns()) {
      if (turn.signal() instanceof Signal.RefundRequested
          && turn.decision().before().disputed()
          && !turn.decision().before().status().isUnpaid()) {
        assertThat(turn.decision().verdict()).isEqualTo(Decision.Verdict.DISPUTED);
      }
    }
  }

  @Property
  void disputes_are_counted_as_they_stand_and_lost_money_is_never_called_refunded(
      @ForAll("steps") List<Step> steps, @ForAll DeclinePolicy policy) {
    PaymentJourney journey = travel(steps, policy);

    List<Dispute> disputes = journey.disputes();
    assertThat(journey.payment().openDisputes())
        .isEqualTo((int) disputes.stream().filter(Dispute::isOpen).count());
    assertThat(journey.payment().lostAmount())
        .isEqualTo(
            disputes.stream()
                .filter(Dispute::isLost)
                .filter(lost -> lost.currency().equals(journey.payment().capturedCurrency()))
                .mapToLong(Dispute::amount)
                .sum());
    assertThat(journey.turns())
        .filteredOn(turn -> turn.signal() instanceof Signal.DisputeReported)
        .allMatch(turn -> turn.decision().after().status() == turn.decision().before().status());
  }

  @Property
  void a_command_that_was_taken_is_answered_once_when_all_is_undone(
      @ForAll("steps") List<Step> steps, @ForAll DeclinePolicy policy) {
    PaymentJourney journey = travel(steps, policy);
    undoAll(journey);

    for (PaymentJourney.Turn turn : journey.turns()) {
      if (turn.signal() instanceof Signal.CancelRequested request && request.command() != null) {
        assertThat(answersTo(request.command(), journey))
            .as(request + " was " + turn.decision().verdict())
            .isEqualTo(isTaken(turn.decision()) ? 1 : 0);
      }
    }
  }

  @Property
  void the_same_signal_for_the_same_payment_means_the_same(
      @ForAll("steps") List<Step> steps, @ForAll DeclinePolicy policy) {
    PaymentJourney journey = new PaymentJourney(policy);
    for (int n = 0; n < steps.size(); n++) {
      Signal signal = steps.get(n).signal().apply(journey, n);

      assertThat(journey.decide(signal)).isEqualTo(journey.take(signal));
    }
  }

  @Property
  void what_changes_nothing_says_nothing(
      @ForAll("steps") List<Step> steps, @ForAll DeclinePolicy policy) {
    PaymentJourney journey = travel(steps, policy);

    assertThat(decisions(journey))
        .filteredOn(decision -> !decision.changes())
        .allSatisfy(
            decision -> {
              assertThat(decision.after()).isEqualTo(decision.before());
              assertThat(decision.events()).isEmpty();
              assertThat(decision.refunds()).isEmpty();
              assertThat(decision.disputes()).isEmpty();
              assertThat(decision.haltRefunds()).isEmpty();
              assertThat(decision.refundToOpen()).isNull();
              assertThat(decision.saga()).isEqualTo(new SagaMove.Stay());
            });
  }

  private static PaymentJourney travel(List<Step> steps, DeclinePolicy policy) {
    PaymentJourney journey = new PaymentJourney(policy);
    for (int n = 0; n < steps.size(); n++) {
      journey.take(steps.get(n).signal().apply(journey, n));
    }
    return journey;
  }

  /** The compensations run, and Stripe has an end for each refund. */
  private static void undoAll(PaymentJourney journey) {
    journey.take(new Signal.RollbackAnnounced());
    journey.take(new Signal.PaymentClosed());
    journey.take(new Signal.RollbackCompleted());
    for (Refund refund : journey.refunds()) {
      if (refund.status() == Refund.Status.PENDING) {
        journey.take(reported(refund.refundId(), Refund.Status.SUCCEEDED));
      }
    }
  }

  private static List<Decision> decisions(PaymentJourney journey) {
    return journey.turns().stream().map(PaymentJourney.Turn::decision).toList();
  }

  private static Predicate<Decision> publishes(EventType type) {
    return decision -> decision.events().stream().anyMatch(event -> event.type() == type);
  }

  private static boolean isTaken(Decision decision) {
    return switch (decision.verdict()) {
      case ACCEPTED, NOTHING_TO_DO -> true;
      case NOT_CAPTURED, ALREADY_CAPTURED, MORE_THAN_LEFT, NOT_PAYABLE, DISPUTED, TOO_EARLY ->
          false;
    };
  }

  private static long answersTo(Command command, PaymentJourney journey) {
    return journey.events().stream()
        .filter(event -> event.type() == EventType.ROLLBACK_COMPLETE)
        .filter(event -> command.eventId().equals(event.causationId()))
        .count();
  }

  private static long sum(List<Refund> refunds, Predicate<Refund> which) {
    return refunds.stream().filter(which).mapToLong(Refund::amount).sum();
  }

  private static void step(String name, BiFunction<PaymentJourney, Integer, Signal> signal) {
    STEPS.add(new Step(name, signal));
  }

  private static Signal command(int n, PaymentStatus becoming, IfPaid ifPaid, Long amount) {
    Command command = new Command("command_" + n, "undo");
    return new Signal.CancelRequested(becoming, "no", ifPaid, amount, command, "refund_" + n);
  }

  private static Signal dispute(String disputeId, long amount, Dispute.Status status) {
    return new Signal.DisputeReported(
        disputeId, new Money(amount, "USD"), status, status.name(), "fraudulent");
  }

  private static Signal reported(String refundId, Refund.Status status) {
    return new Signal.RefundReported(refundId, "re_" + refundId, 600, status, null, null);
  }

  private static String oldestRefund(PaymentJourney journey, int n) {
    List<Refund> refunds = journey.refunds();
    return refunds.isEmpty() ? "stripe-re_" + n : refunds.get(0).refundId();
  }

  private static String newestRefund(PaymentJourney journey, int n) {
    List<Refund> refunds = journey.refunds();
    return refunds.isEmpty() ? "stripe-re_" + n : refunds.get(refunds.size() - 1).refundId();
  }
}
