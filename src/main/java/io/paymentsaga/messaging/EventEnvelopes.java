package io.paymentsaga.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.paymentsaga.payment.Payment;
import io.paymentsaga.payment.PaymentEvent;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/** Puts a payment's events into the envelope consumers read, and into the trace that began them. */
public final class EventEnvelopes {
  private static final String SERVICE = "payment-service";

  private final EventCatalogue catalogue = EventCatalogue.ofThisVersion();
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
   * @param traceparent the W3C header it is sent with, however often; null when the payment belongs
   *     to no trace
   */
  public record Sealed(
      String eventId, String eventType, long sequence, String body, String traceparent) {}

  /**
   * Seals an event of {@code payment}, as it is after the event.
   *
   * @throws IllegalStateException the event is not what its schema promises: a bug, and the
   *     transaction it was decided in must not commit
   */
  public Sealed seal(Payment payment, PaymentEvent event) {
    String eventId = ids.get();
    Map<String, Object> envelope = new LinkedHashMap<>();
    envelope.put("eventId", eventId);
    envelope.put("eventType", event.type().published());
    envelope.put("timestamp", payment.updatedAt());
    envelope.put("service", SERVICE);
    envelope.put("version", EventCatalogue.VERSION);
    envelope.put("sequence", event.sequence());
    envelope.put("data", event.data());
    envelope.put("metadata", metadata(payment, event));
    JsonNode body = json.valueToTree(envelope);
    catalogue.checkPublished(event.type(), body);
    return new Sealed(
        eventId,
        event.type().published(),
        event.sequence(),
        body.toString(),
        traceparent(payment, eventId));
  }

  private static Map<String, Object> metadata(Payment payment, PaymentEvent event) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("correlationId", payment.correlationId());
    if (event.causationId() != null) {
      metadata.put("causationId", event.causationId());
    }
    metadata.put("userId", payment.userId());
    if (payment.traceparent() != null) {
      metadata.put("traceId", trace(payment)[1]);
    }
    return metadata;
  }

  /** In the payment's trace, each event is a span of its own, named by its id. */
  private static String traceparent(Payment payment, String eventId) {
    if (payment.traceparent() == null) {
      return null;
    }
    String[] trace = trace(payment);
    // A UUID's lower half is never zero, as a span's id must not be.
    long span = UUID.nameUUIDFromBytes(eventId.getBytes(UTF_8)).getLeastSignificantBits();
    return String.join("-", trace[0], trace[1], HexFormat.of().toHexDigits(span), trace[3]);
  }

  /** Version, trace, parent and flags (W3C Trace Context). */
  private static String[] trace(Payment payment) {
    return payment.traceparent().split("-", 4);
  }
}
