package io.paymentsaga.stripe;

import com.stripe.exception.RateLimitException;
import java.time.Duration;

/** A 429 that says when to come back. */
final class AskedToWaitException extends RateLimitException {
  private static final long serialVersionUID = 1L;
  private static final int TOO_MANY_REQUESTS = 429;

  private final Duration pause;

  AskedToWaitException(String requestId, Duration pause) {
    super("too many requests", null, requestId, "rate_limit", TOO_MANY_REQUESTS, null);
    this.pause = pause;
  }

  Duration pause() {
    return pause;
  }
}
