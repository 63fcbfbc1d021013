package io.paymentsaga.saga;

/** There is no saga of this id. */
public class UnknownSagaException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  UnknownSagaException(String sagaId) {
    super("There is no saga " + sagaId);
  }
}
