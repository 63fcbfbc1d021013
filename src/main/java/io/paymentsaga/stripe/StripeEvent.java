package io.paymentsaga.stripe;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A verified event, read from the raw JSON whatever API version it was written in.
 *
 * @param object what {@code data.object} held
 * @param payload the JSON text as it came
 */
public record StripeEvent(String eventId, String type, JsonNode object, String payload) {

  /**
   * Reads one.
   *
   * @throws WebhookRejectedException when it is none
   */
  static StripeEvent read(JsonNode event, String payload) {
    String id = text(event.path("id"));
    String type = text(event.path("type"));
    JsonNode object = event.path("data").path("object");
    if (id == null || type == null || !object.isObject()) {
      throw new WebhookRejectedException("The body is not a Stripe event.");
    }
    return new StripeEvent(id, type, object, payload);
  }

  /** Whether it tells which PaymentIntent is which payment's. */
  public boolean links() {
    return paymentId() != null && paymentIntentId() != null;
  }

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
