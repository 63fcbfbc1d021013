package io.paymentsaga.payment;

import java.time.Instant;
import java.util.List;

/** What a decision means for the payment's saga. */
public sealed interface SagaMove {

  /** Nothing. */
  record Stay() implements SagaMove {}

  /**
   * Forward.
   *
   * @param deadline by when its outcome is known, or somebody looks
   */
  record Advance(Progress to, List<String> stepsDone, Instant deadline) implements SagaMove {}

  /** Stripe is asked at once how its session stands. */
  record Look() implements SagaMove {}

  /** Its outcome is reached. */
  record Complete() implements SagaMove {}

  /**
   * Undo every step, last one first.
   *
   * @param failed whether the payment itself failed, rather than being called off
   */
  record Compensate(boolean failed) implements SagaMove {}

  /** Stop and wait for an operator. */
  record Halt(String reason) implements SagaMove {}

  /** If it waits for an operator, go on from there and undo every step. */
  record Resume() implements SagaMove {}

  /** End where it waits for an operator, as the operator says. */
  record Resolve(Signal.Resolution resolution) implements SagaMove {}

  /** How far a payment's saga has come. */
  enum Progress {
    PAYMENT_CREATED,
    AWAITING_PAYMENT,
    PAYMENT_PROCESSING
  }
}
