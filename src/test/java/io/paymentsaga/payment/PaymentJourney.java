package io.paymentsaga.payment;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A payment that takes one signal after the other, each decision stored as the door stores it. */
public final class PaymentJourney {
  private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");

  /** A signal and what it led to. */
  record Turn(Signal signal, Decision decision) {}

  private final PaymentDecisions decisions;
  private final Map<String, Refund> refunds = new LinkedHashMap<>();
  private final Map<String, Dispute> disputes = new LinkedHashMap<>();
  private final List<Turn> turns = new ArrayList<>();
  private Payment payment;
  private Instant now;

  PaymentJourney(DeclinePolicy declinePolicy) {
    this(declinePolicy, START);
  }

  private PaymentJourney(DeclinePolicy declinePolicy, Instant start) {
    this.decisions = new PaymentDecisions(declinePolicy);
    this.now = start;
    this.payment = stored(start);
  }

  /** From a payment that was stored at this time and has no Checkout Session yet. */
  public static PaymentJourney from(Instant start) {
    return new PaymentJourney(DeclinePolicy.FAIL_FAST, start);
  }

  /** From a payment of this money that was stored just now. */
  public static PaymentJourney asking(Money money) {
    PaymentJourney journey = new PaymentJourney(DeclinePolicy.FAIL_FAST, START);
    journey.payment = stored(START, money);
    return journey;
  }

  /** The same decision {@link #take} would come to, stored nowhere. */
  public Decision decide(Signal signal) {
    return decisions.decide(
        payment, refunds(), disputes(), signal, new Cause("test", "evt_in", null), now);
  }

  public Decision take(Signal signal) {
    Decision decision = decide(signal);
    now = now.plusSeconds(1);
    payment = decision.after();
    turns.add(new Turn(signal, decision));
    decision.refunds().forEach(refund -> refunds.put(refund.refundId(), refund));
    decision.disputes().forEach(dispute -> disputes.put(dispute.disputeId(), dispute));
    if (decision.refundToOpen() != null) {
      Refund opened = decision.refundToOpen();
      refunds.put(opened.refundId(), opened.withSaga("saga_" + opened.refundId()));
    }
    return decision;
  }

  public Payment payment() {
    return payment;
  }

  public List<Refund> refunds() {
    return List.copyOf(refunds.values());
  }

  public List<Dispute> disputes() {
    return List.copyOf(disputes.values());
  }

  /** All there were, in their order. */
  List<Turn> turns() {
    return List.copyOf(turns);
  }

  public List<PaymentEvent> events() {
    return turns.stream().flatMap(turn -> turn.decision().events().stream()).toList();
  }

  private static Payment stored(Instant at) {
    return stored(at, new Money(3000, "USD"));
  }

  private static Payment stored(Instant at, Money money) {
    Checkout checkout =
        new Checkout(
            "ada@example.com",
            List.of(new Checkout.Item("sku_1", "Mug", 2, 1250)),
            500,
            0,
            "https://shop.example/ok",
            "https://shop.example/no",
            null,
            Map.of());
    return new Payment(
        "payment_1",
        "order_1",
        "user_1",
        money.currency(),
        money.amount(),
        PaymentStatus.PENDING,
        "saga_1",
        "correlation_1",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        checkout,
        at.plus(Duration.ofMinutes(35)),
        null,
        null,
        null,
        null,
        0,
        null,
        null,
        null,
        null,
        null,
        false,
        List.of(),
        0,
        0,
        0,
        0,
        1,
        at,
        at,
        null,
        null,
        0,
        0);
  }
}
