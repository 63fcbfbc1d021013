package io.paymentsaga.messaging;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A message from Kafka, read from the envelope or from a flat object.
 *
 * @param eventId drops duplicates: the envelope's {@code eventId}, else the header {@code ce_id},
 *     else {@code topic-partition-offset-timestamp}, so that a message without an id is one event
 *     however often this service reads it, and two such messages are two events even when they say
 *     the same
 * @param eventType the envelope's, else the topic without its prefix
 * @param key the record's key as text, null when it has none
 * @param service who sent it, null when it does not say
 * @param data the fields of the event, always an object
 * @param correlationId from the envelope's metadata, else the header; null when absent or unfit for
 *     a log line
 * @param causationId null when absent
 * @param userId of the metadata, null when absent
 * @param traceparent the W3C header, null when absent or malformed
 */
public record IncomingEvent(
    String eventId,
    String eventType,
    String key,
    String service,
    JsonNode data,
    String correlationId,
    String causationId,
    String userId,
    String traceparent,
    Origin origin) {

  private static final String THIS_SERVICE = "payment-service";

  /** Whether this service sent it. */
  public boolean own() {
    return THIS_SERVICE.equals(service);
  }

  /** Where the record stood. */
  public record Origin(String topic, int partition, long offset) {}
}
