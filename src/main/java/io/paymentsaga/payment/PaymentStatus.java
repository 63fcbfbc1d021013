package io.paymentsaga.payment;

/** Where a payment stands, as callers and consumers see it. */
public enum PaymentStatus {
  /** Asked for; no money has moved. */
  PENDING,
  /** The customer has finished; the money is under way and not final. */
  PROCESSING,
  /** Captured in full. */
  COMPLETED,
  /** Captured, and a part of it given back. */
  PARTIALLY_REFUNDED,
  /** Captured, and all of it given back. */
  REFUNDED,
  /** No money can come any more: it was declined, refused or interrupted. */
  FAILED,
  /** No money can come any more: somebody called it off, or it expired. */
  CANCELLED;

  /** Whether the money may still come or not come. */
  public boolean isUnpaid() {
    return this == PENDING || this == PROCESSING;
  }

  /** Whether the whole amount was captured and has not been given back entirely. */
  public boolean isPaid() {
    return this == COMPLETED || this == PARTIALLY_REFUNDED;
  }

  /**
   * Whether a payment may go from here to {@code next} in one step. Staying is no move. The moves
   * back from REFUNDED and PARTIALLY_REFUNDED are for refunds that Stripe fails after they had
   * succeeded; nothing else goes backwards.
   */
  public boolean canBecome(PaymentStatus next) {
    return switch (this) {
      case PENDING ->
          next == PROCESSING || next == COMPLETED || next == FAILED || next == CANCELLED;
      case PROCESSING -> next == COMPLETED || next == FAILED || next == CANCELLED;
      case COMPLETED -> next == PARTIALLY_REFUNDED || next == REFUNDED;
      case PARTIALLY_REFUNDED -> next == REFUNDED || next == COMPLETED;
      case REFUNDED -> next == PARTIALLY_REFUNDED || next == COMPLETED;
      case FAILED -> next == CANCELLED;
      case CANCELLED -> false;
    };
  }
}
