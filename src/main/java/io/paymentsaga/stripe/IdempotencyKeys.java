package io.paymentsaga.stripe;

import com.stripe.net.RequestOptions;
import java.time.Duration;
import java.time.Instant;

/** The keys writes go to Stripe under (docs.stripe.com/api/idempotent_requests). */
final class IdempotencyKeys {
  /** Stripe keeps them at least 24 hours; an hour is left for the call and for the clocks. */
  private static final Duration REMEMBERED = Duration.ofHours(23);

  private IdempotencyKeys() {}

  static RequestOptions of(String sagaId, String step) {
    return RequestOptions.builder().setIdempotencyKey(sagaId + ":" + step).build();
  }

  /** Whether Stripe still knows what was first asked then. */
  static boolean areRemembered(Instant firstAsked, Instant now) {
    return now.isBefore(firstAsked.plus(REMEMBERED));
  }
}
