package io.paymentsaga.payment;

import java.util.Set;

/**
 * Which declines another try with another card, or later, may mend. The codes are Stripe's
 * (docs.stripe.com/declines/codes); one that is not listed is worth a try.
 */
final class DeclineCodes {
  private static final Set<String> FINAL =
      Set.of(
          "fraudulent",
          "lost_card",
          "merchant_blacklist",
          "pickup_card",
          "restricted_card",
          "stolen_card");

  private DeclineCodes() {}

  static boolean retryable(String declineCode) {
    return declineCode == null || !FINAL.contains(declineCode);
  }
}
