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
 * @param callsPerSecond of this instance, at the most; 0 for no limit
 */
public record StripeSettings(
    String apiBase,
    String secretKey,
    List<String> webhookSecrets,
    Duration connectTimeout,
    Duration readTimeout,
    int networkRetries,
    int callsPerSecond) {

  private static final int LIVE = 80;
  private static final int TEST = 20;

  /**
   * How often Stripe itself is called when nobody says otherwise: four fifths of what it allows
   * (docs.stripe.com/rate-limits). Another endpoint has no limit that is known here.
   */
  public static int usualCallsPerSecond(String apiBase, String secretKey) {
    if (!apiBase.startsWith("https://api.stripe.com")) {
      return 0;
    }
    return secretKey.contains("_live_") ? LIVE : TEST;
  }

  @Override
  public String toString() {
    return "StripeSettings[apiBase=" + apiBase + "]";
  }
}
