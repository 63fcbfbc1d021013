package io.paymentsaga.stripe;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A verified event, read from the raw JSON whatever API version it was written in.
 *
 * @param object what {@code data.object} held
 * @param payload the JSON text as it came
 */
public record StripeEvent(String eventId, String type, JsonNode object, String payload) {

  /** The payment named in the object's metadata, or null. */
  public String paymentId() {
    return text(object.path("metadata").path("paymentId"));
  }

  /** The PaymentIntent the object is, or belongs to, or null. */
  public String paymentIntentId() {
    return "payment_intent".equals(text(object.path("object")))
        ? text(object.path("id"))
        : text(object.path("payment_intent"));
  }

  static String text(JsonNode node) {
    return node.isTextual() ? node.textValue() : null;
  }
}
