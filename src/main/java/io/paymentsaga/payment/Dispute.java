package io.paymentsaga.payment;

import java.time.Instant;

/**
 * One dispute as the database holds it: each component is the column of the same name.
 *
 * @param disputeId Stripe's
 * @param amount minor units of {@code currency}, which need not be the payment's
 * @param stripeStatus Stripe's own word, such as {@code under_review}
 * @param reason Stripe's, such as {@code fraudulent}, or null
 */
public record Dispute(
    String disputeId,
    String paymentId,
    long amount,
    String currency,
    Status status,
    String stripeStatus,
    String reason,
    Instant createdAt,
    Instant updatedAt,
    Instant closedAt) {

  /** How it stands between the bank and us. */
  public enum Status {
    /** Not decided: the bank may have the money already, or be only asking. */
    OPEN,
    /** The money stays, or has come back. */
    WON,
    /** The money is gone. */
    LOST
  }

  boolean isOpen() {
    return status == Status.OPEN;
  }

  boolean isLost() {
    return status == Status.LOST;
  }

  /**
   * Whether a report tells more than is known. What comes late says that a closed dispute is still
   * open, which it never is again.
   */
  boolean isToldMoreBy(Signal.DisputeReported report) {
    boolean reopens = !isOpen() && report.status() == Status.OPEN;
    boolean same =
        status == report.status()
            && stripeStatus.equals(report.stripeStatus())
            && amount == report.money().amount();
    return !reopens && !same;
  }

  Dispute moved(Signal.DisputeReported report, Instant at) {
    Instant closed = closedAt == null ? at : closedAt;
    return new Dispute(
        disputeId,
        paymentId,
        report.money().amount(),
        report.money().currency(),
        report.status(),
        report.stripeStatus(),
        report.reason(),
        createdAt,
        at,
        report.status() == Status.OPEN ? null : closed);
  }
}
