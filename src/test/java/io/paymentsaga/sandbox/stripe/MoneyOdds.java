package io.paymentsaga.sandbox.stripe;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;

/**
 * What customers' banks do of themselves, besides what a test card already says.
 *
 * @param refundPending that a refund is pending first
 * @param refundFails that it fails in the end, pending or succeeded
 * @param refundAfter how long until then; empty for the simulator's usual aftermath
 * @param debitFails that a bank debit fails
 * @param debitAfter how long it takes to know; empty leaves it to the levers
 * @param dispute that a payment is disputed
 * @param disputeAfter how long until then
 * @param disputeLost that the merchant loses
 * @param disputeClosesAfter how long a dispute takes, with an update halfway; empty leaves it to
 *     the levers
 */
public record MoneyOdds(
    double refundPending,
    double refundFails,
    Optional<Duration> refundAfter,
    double debitFails,
    Optional<Duration> debitAfter,
    double dispute,
    Duration disputeAfter,
    double disputeLost,
    Optional<Duration> disputeClosesAfter) {

  static final MoneyOdds NONE = read(SwitchReader.of(new JsonObject()));

  static MoneyOdds read(SwitchReader switches) {
    switches.knowing(
        "refundPending",
        "refundFails",
        "refundAfter",
        "debitFails",
        "debitAfter",
        "dispute",
        "disputeAfter",
        "disputeLost",
        "disputeClosesAfter");
    return new MoneyOdds(
        switches.probability("refundPending"),
        switches.probability("refundFails"),
        switches.duration("refundAfter"),
        switches.probability("debitFails"),
        switches.duration("debitAfter"),
        switches.probability("dispute"),
        switches.duration("disputeAfter").orElse(Duration.ofDays(7)),
        switches.probability("disputeLost"),
        switches.duration("disputeClosesAfter"));
  }

  boolean isCalm() {
    return refundPending + refundFails + dispute == 0
        && debitAfter.isEmpty()
        && disputeClosesAfter.isEmpty();
  }

  JsonObject toJson() {
    return new JsonObject()
        .put("refundPending", refundPending)
        .put("refundFails", refundFails)
        .put("refundAfter", refundAfter.map(Duration::toString).orElse(null))
        .put("debitFails", debitFails)
        .put("debitAfter", debitAfter.map(Duration::toString).orElse(null))
        .put("dispute", dispute)
        .put("disputeAfter", disputeAfter.toString())
        .put("disputeLost", disputeLost)
        .put("disputeClosesAfter", disputeClosesAfter.map(Duration::toString).orElse(null));
  }
}
