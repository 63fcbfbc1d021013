package io.paymentsaga.route;

import java.time.Duration;

/**
 * How checkouts are made.
 *
 * @param expiry how long the customer has to pay: 31 minutes to 23 h 55 m, Stripe's own limits (30
 *     minutes to 24 hours) with room for a repeat under the same idempotency key
 * @param unfinished how long a checkout that has not come to its session waits to be gone on with
 * @param frontendUrl base of the success and cancel URLs of callers who give none
 */
public record CheckoutSettings(Duration expiry, Duration unfinished, String frontendUrl) {
  private static final Duration SHORTEST = Duration.ofMinutes(31);
  private static final Duration LONGEST = Duration.ofHours(23).plusMinutes(55);

  public CheckoutSettings {
    if (expiry.compareTo(SHORTEST) < 0 || expiry.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("CHECKOUT_EXPIRY must be between 31m and 23h55m");
    }
  }
}
