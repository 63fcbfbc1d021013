package io.paymentsaga.stripe;

import com.stripe.exception.RateLimitException;
import java.time.Duration;

/**
 * A call that was kept back here: Stripe knows nothing of it. To the SDK it is what a 429 is,
 * something that was not done and that is not worth repeating at once.
 */
final class NotSentException extends RateLimitException {
  private static final long serialVersionUID = 1L;

  private final Duration pause;

  NotSentException(String reason, Duration pause) {
    super(reason, null, null, null, null, null);
    this.pause = pause;
  }

  Duration pause() {
    return pause;
  }
}
