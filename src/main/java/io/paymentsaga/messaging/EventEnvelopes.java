package io.paymentsaga.messaging;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.paymentsaga.payment.Payment;
import io.paymentsaga.payment.PaymentEvent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Puts a payment's events into the envelope consumers read. */
public final class EventEnvelopes {
  private static final String SERVICE = "payment-service";
  private static final String VERSION = "1.0.0";

  private final ObjectMapper json;
  private final Supplier<String> ids;

  /**
   * @param json writes times as RFC 3339
   * @param ids gives each event an id of its own
   */
  public EventEnvelopes(ObjectMapper json, Supplier<String> ids) {
    this.json = json;
    this.ids = ids;
  }

  /**
   * One row of the outbox.
   *
   * @param body the whole event, as JSON text
   */
  public record Sealed(String eventId, String eventType, long sequence, String body) {}

  /** Seals an event of {@code payment}, as it is after the event. */
  public Sealed seal(Payment payment, PaymentEvent event) {
    String eventId = ids.get();
    Map<String, Object> envelope = new LinkedHashMap<>();
    envelope.put("eventId", eventId);
    envelope.put("eventType", event.type().published());
    envelope.put("timestamp", payment.updatedAt());
    envelope.put("service", SERVICE);
    envelope.put("version", VERSION);
    envelope.put("sequence", event.sequence());
    envelope.put("data", event.data());
    envelope.put("metadata", metadata(payment, event));
    return new Sealed(eventId, event.type().published(), event.sequence(), write(envelope));
  }

  private static Map<String, Object> metadata(Payment payment, PaymentEvent event) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("correlationId", payment.correlationId());
    if (event.causationId() != null) {
      metadata.put("causationId", event.causationId());
    }
    metadata.put("userId", payment.userId());
    if (payment.traceparent() != null) {
      // version-traceid-parentid-flags (W3C Trace Context)
      metadata.put("traceId", payment.traceparent().split("-", 4)[1]);
    }
    return metadata;
  }

  private String write(Map<String, Object> envelope) {
    try {
      return json.writeValueAsString(envelope);
    } catch (JsonProcessingException bug) {
      throw new IllegalArgumentException("an event cannot be written as JSON", bug);
    }
  }
}
