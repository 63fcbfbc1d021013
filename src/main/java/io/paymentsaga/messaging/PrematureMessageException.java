package io.paymentsaga.messaging;

/**
 * A consumed message speaks of something that is not there yet: it is tried again like any failure,
 * and goes to the dead letters under its own reason when the attempts are used up.
 */
public final class PrematureMessageException extends RefusedMessageException {
  private static final long serialVersionUID = 1L;

  public PrematureMessageException(String reason, String message) {
    super(reason, message);
  }
}
