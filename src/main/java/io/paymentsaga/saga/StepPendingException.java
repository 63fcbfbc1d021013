package io.paymentsaga.saga;

import java.time.Duration;

/**
 * Thrown by a compensation or completion that is not finished yet without anything being wrong: it
 * is run again after a pause, and no attempt is counted.
 */
public class StepPendingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Duration retryAfter;

  /** Asks to be run again after this pause. */
  public StepPendingException(Duration retryAfter) {
    super("Not finished yet; again in " + retryAfter);
    this.retryAfter = retryAfter;
  }

  /** The pause before the next run. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
