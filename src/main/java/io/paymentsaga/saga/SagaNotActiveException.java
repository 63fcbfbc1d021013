package io.paymentsaga.saga;

/** The saga's outcome is decided already, so that it cannot be joined, completed or compensated. */
public class SagaNotActiveException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  private final SagaState state;

  SagaNotActiveException(String sagaId, String wanted, SagaState state) {
    super("Saga " + sagaId + " is " + state + ": it cannot be " + wanted);
    this.state = state;
  }

  /** What the saga is instead. */
  public SagaState state() {
    return state;
  }
}
