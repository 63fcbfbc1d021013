package io.paymentsaga.saga;

import static io.paymentsaga.saga.SagaState.AWAITING_PAYMENT;
import static io.paymentsaga.saga.SagaState.COMPENSATED;
import static io.paymentsaga.saga.SagaState.COMPENSATING;
import static io.paymentsaga.saga.SagaState.COMPLETED;
import static io.paymentsaga.saga.SagaState.FAILED;
import static io.paymentsaga.saga.SagaState.PAYMENT_COMPLETED;
import static io.paymentsaga.saga.SagaState.PAYMENT_CREATED;
import static io.paymentsaga.saga.SagaState.PAYMENT_FAILED;
import static io.paymentsaga.saga.SagaState.PAYMENT_PROCESSING;

import java.util.EnumSet;
import java.util.Set;

/**
 * The state machine of a saga.
 *
 * <p>Steps forward may be skipped. Staying where it is is no move: a state never follows itself.
 */
public final class SagaTransitions {
  private SagaTransitions() {}

  /** Whether a saga may go straight from one state to the other. */
  public static boolean isLegal(SagaState from, SagaState to) {
    return after(from).contains(to);
  }

  /** The states a saga may go to from this one; empty for an end. */
  public static Set<SagaState> after(SagaState from) {
    return switch (from) {
      case STARTED ->
          EnumSet.of(
              PAYMENT_CREATED,
              AWAITING_PAYMENT,
              PAYMENT_PROCESSING,
              PAYMENT_COMPLETED,
              COMPLETED,
              PAYMENT_FAILED,
              COMPENSATING,
              FAILED);
      case PAYMENT_CREATED ->
          EnumSet.of(
              AWAITING_PAYMENT,
              PAYMENT_PROCESSING,
              PAYMENT_COMPLETED,
              COMPLETED,
              PAYMENT_FAILED,
              COMPENSATING,
              FAILED);
      case AWAITING_PAYMENT ->
          EnumSet.of(
              PAYMENT_PROCESSING,
              PAYMENT_COMPLETED,
              COMPLETED,
              PAYMENT_FAILED,
              COMPENSATING,
              FAILED);
      case PAYMENT_PROCESSING ->
          EnumSet.of(PAYMENT_COMPLETED, COMPLETED, PAYMENT_FAILED, COMPENSATING, FAILED);
      case PAYMENT_COMPLETED -> EnumSet.of(COMPLETED, FAILED);
      case PAYMENT_FAILED -> EnumSet.of(COMPENSATING, FAILED);
      case COMPENSATING -> EnumSet.of(COMPENSATED, FAILED);
      case FAILED -> EnumSet.of(PAYMENT_COMPLETED, COMPLETED, COMPENSATING, COMPENSATED);
      case COMPLETED, COMPENSATED -> EnumSet.noneOf(SagaState.class);
    };
  }

  /** The states from which a saga may go to this one; empty for {@link SagaState#STARTED}. */
  public static Set<SagaState> before(SagaState to) {
    Set<SagaState> before = EnumSet.noneOf(SagaState.class);
    for (SagaState from : SagaState.values()) {
      if (isLegal(from, to)) {
        before.add(from);
      }
    }
    return before;
  }
}
