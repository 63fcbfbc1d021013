package io.paymentsaga.fault;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Instant;

/** One record of the service's topics. */
record PublishedEvent(String topic, String key, String text, JsonNode value) {
  private static final JsonMapper JSON = new JsonMapper();

  static PublishedEvent read(String topic, String key, String text) {
    try {
      return new PublishedEvent(topic, key, text, JSON.readTree(text));
    } catch (JsonProcessingException e) {
      throw new AssertionError("Not JSON on " + topic + ": " + text, e);
    }
  }

  boolean isOfPaymentService() {
    return value.path("service").asText().equals("payment-service");
  }

  String eventId() {
    return value.path("eventId").asText();
  }

  String type() {
    return value.path("eventType").asText();
  }

  long sequence() {
    return value.path("sequence").asLong();
  }

  Instant timestamp() {
    return Instant.parse(value.path("timestamp").asText());
  }

  String paymentId() {
    return value.path("data").path("paymentId").asText();
  }

  String orderId() {
    return value.path("data").path("orderId").asText();
  }

  /** Empty when it has none. */
  String causationId() {
    return value.path("metadata").path("causationId").asText();
  }
}
