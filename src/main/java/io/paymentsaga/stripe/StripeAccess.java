package io.paymentsaga.stripe;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Stripe refuses the service's key, whatever a call asks: everything ({@code 401}), or to read
 * or to write a kind of objects that a restricted key has no right to ({@code 403}). A refusal is
 * forgotten as soon as Stripe lets a call in that needs the same right, a {@code 401} as soon as it
 * lets any in, and at the latest when nobody has asked again for five minutes.
 *
 * <p>Meanwhile no checkout is begun, but one every five seconds, to see. Other calls go out: who
 * makes them waits and asks again.
 */
final class StripeAccess {
  private static final Logger LOG = LoggerFactory.getLogger(StripeAccess.class);

  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final String CHECKOUT = "POST /v1/checkout/sessions";
  private static final Duration PAUSE_OF_CHECKOUTS = Duration.ofSeconds(5);
  private static final Duration REMEMBERED = Duration.ofMinutes(5);

  private final Map<String, Refusal> refusals = new ConcurrentHashMap<>();

  /**
   * @param at nanoseconds, as {@link System#nanoTime} counts them
   * @param wholeKey whether the key is no key, and not only without this right
   */
  private record Refusal(long at, boolean wholeKey) {
    boolean isOlderThan(Duration time) {
      return System.nanoTime() - at >= time.toNanos();
    }
  }

  /** Whether an answer of this HTTP status says that the key is no key. */
  static boolean isRefusalOfKey(int status) {
    return status == UNAUTHORIZED;
  }

  /**
   * Stripe has answered.
   *
   * @param operation the call's method and its path without ids
   */
  void heard(String operation, int status) {
    String right = operation.replaceFirst("/id.*", "");
    if (isRefusalOfKey(status) || status == FORBIDDEN) {
      Refusal refusal = new Refusal(System.nanoTime(), isRefusalOfKey(status));
      if (refusals.put(right, refusal) == null) {
        LOG.error(
            "Stripe refuses the service's key for {} ({}), an operator is needed", right, status);
      }
    } else if (!refusals.isEmpty()) {
      boolean news = refusals.remove(right) != null;
      // Who may write may read (docs.stripe.com/keys/restricted-api-keys).
      news |= refusals.remove(right.replaceFirst("^POST", "GET")) != null;
      news |= refusals.values().removeIf(Refusal::wholeKey);
      if (news) {
        LOG.info("Stripe takes the service's key for {}", right);
      }
    }
  }

  /** How many rights are refused, as far as anybody here knows. */
  int refused() {
    refusals.values().removeIf(refusal -> refusal.isOlderThan(REMEMBERED));
    return refusals.size();
  }

  /** Whether a checkout would be let through just now, without saying that there is one. */
  boolean letsCheckout() {
    Refusal refusal = refusals.get(CHECKOUT);
    return refusal == null || refusal.isOlderThan(PAUSE_OF_CHECKOUTS);
  }

  /** Lets a checkout through, if it may. */
  boolean passCheckout() {
    Refusal refusal = refusals.get(CHECKOUT);
    return refusal == null
        || (refusal.isOlderThan(PAUSE_OF_CHECKOUTS)
            && refusals.replace(
                CHECKOUT, refusal, new Refusal(System.nanoTime(), refusal.wholeKey())));
  }

  /** When it is worth trying a checkout again. */
  Duration pause() {
    return PAUSE_OF_CHECKOUTS;
  }
}
