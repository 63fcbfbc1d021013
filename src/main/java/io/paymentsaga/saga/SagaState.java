package io.paymentsaga.saga;

/** Where a saga stands. {@link SagaTransitions} says which state may follow which. */
public enum SagaState {
  /** Opened; nothing is known to have happened. */
  STARTED,
  /** The payment is stored. */
  PAYMENT_CREATED,
  /** The customer is to act. */
  AWAITING_PAYMENT,
  /** The customer has acted; the outcome is not final. */
  PAYMENT_PROCESSING,
  /** The outcome is success; the completions are run. */
  PAYMENT_COMPLETED,
  /** The end of a saga that succeeded. */
  COMPLETED,
  /** The outcome is failure; the compensations are about to be run. */
  PAYMENT_FAILED,
  /** The compensations are run. */
  COMPENSATING,
  /** The end of a saga that was undone. */
  COMPENSATED,
  /** Stuck: only an operator moves it on. */
  FAILED;

  /** Whether the outcome is open: steps may be enlisted. */
  public boolean isActive() {
    return switch (this) {
      case STARTED, PAYMENT_CREATED, AWAITING_PAYMENT, PAYMENT_PROCESSING -> true;
      case PAYMENT_COMPLETED, COMPLETED, PAYMENT_FAILED, COMPENSATING, COMPENSATED, FAILED -> false;
    };
  }

  /** Whether nothing can happen to the saga any more. */
  public boolean isEnd() {
    return this == COMPLETED || this == COMPENSATED;
  }
}
