package io.paymentsaga.stripe;

import java.time.Duration;
import java.util.List;

/**
 * How to reach Stripe.
 *
 * @param apiBase any Stripe-compatible endpoint
 * @param webhookSecrets more than one while they are rotated
 * @param connectTimeout of each call
 * @param readTimeout of each call
 * @param networkRetries repeats the SDK makes by itself, under the same idempotency key
 */
public record StripeSettings(
    String apiBase,
    String secretKey,
    List<String> webhookSecrets,
    Duration connectTimeout,
    Duration readTimeout,
    int networkRetries) {

  @Override
  public String toString() {
    return "StripeSettings[apiBase=" + apiBase + "]";
  }
}
