package io.paymentsaga.sandbox.stripe;

import io.vertx.core.json.JsonObject;

/**
 * Why an attempt to pay failed, in the words of <a href="https://docs.stripe.com/error-codes">
 * Stripe's error codes</a>.
 *
 * @param declineCode the bank's reason; null when there is none
 */
record Decline(String type, String code, String declineCode, String message) {
  static final Decline AUTHENTICATION_FAILED =
      new Decline(
          "invalid_request_error",
          "payment_intent_authentication_failure",
          null,
          "We are unable to authenticate your payment method. Please choose a different payment"
              + " method and try again.");

  static final Decline DEBIT_RETURNED =
      new Decline(
          "card_error",
          "payment_intent_payment_attempt_failed",
          "insufficient_funds",
          "The customer's account has insufficient funds to cover this payment.");

  static Decline byBank(String code, String declineCode, String message) {
    return new Decline("card_error", code, declineCode, message);
  }

  JsonObject toJson() {
    JsonObject json =
        new JsonObject()
            .put("type", type)
            .put("code", code)
            .put("doc_url", "https://stripe.com/docs/error-codes/" + code.replace('_', '-'))
            .put("message", message);
    return declineCode == null ? json : json.put("decline_code", declineCode);
  }
}
