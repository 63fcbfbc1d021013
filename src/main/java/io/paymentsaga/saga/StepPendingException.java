package io.paymentsaga.saga;

import java.time.Duration;
import java.util.Optional;

/**
 * Thrown by a compensation or completion that is not finished yet without anything being wrong: it
 * is run again after a pause, and no attempt is counted. When it says how long that may go on, the
 * saga is left to an operator once its compensations or completions have been on for longer.
 */
public class StepPendingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Duration retryAfter;
  private final Duration longest;

  /** Asks to be run again after this pause, however often. */
  public StepPendingException(Duration retryAfter) {
    this(retryAfter, null);
  }

  /**
   * Asks to be run again after this pause.
   *
   * @param longest how long the saga may have been compensating or completing by then, since it
   *     began or an operator had it go on; null for no limit
   */
  public StepPendingException(Duration retryAfter, Duration longest) {
    super("Not finished yet; again in " + retryAfter);
    this.retryAfter = retryAfter;
    this.longest = longest;
  }

  /** The pause before the next run. */
  public Duration retryAfter() {
    return retryAfter;
  }

  /** How long this may go on; empty for as long as it takes. */
  public Optional<Duration> longest() {
    return Optional.ofNullable(longest);
  }
}
