package io.paymentsaga.messaging;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.support.DefaultExchange;

/**
 * One event that waits in the outbox.
 *
 * @param body the event's JSON in UTF-8, not to be changed; null while it has not been read
 */
@SuppressWarnings("ArrayRecordComponent")
record OutboxEvent(
    int shard,
    long outboxId,
    String eventId,
    String eventType,
    String paymentId,
    String orderId,
    Instant at,
    byte[] body,
    String correlationId,
    String traceparent) {

  static OutboxEvent from(ResultSet row, int number) throws SQLException {
    return new OutboxEvent(
        row.getInt("shard"),
        row.getLong("outbox_id"),
        row.getString("event_id"),
        row.getString("event_type"),
        row.getString("payment_id"),
        row.getString("order_id"),
        row.getObject("at", OffsetDateTime.class).toInstant(),
        row.getBytes("body"),
        row.getString("correlation_id"),
        row.getString("traceparent"));
  }

  OutboxEvent withBody(byte[] read) {
    return new OutboxEvent(
        shard,
        outboxId,
        eventId,
        eventType,
        paymentId,
        orderId,
        at,
        read,
        correlationId,
        traceparent);
  }

  /**
   * The record as camel-kafka sends it to {@code topic}: the order is the key, CloudEvents in the
   * headers.
   */
  Exchange toExchange(CamelContext context, String topic) {
    Exchange exchange = new DefaultExchange(context);
    Message message = exchange.getIn();
    message.setBody(body);
    message.setHeader(KafkaConstants.OVERRIDE_TOPIC, topic);
    message.setHeader(KafkaConstants.KEY, orderId);
    message.setHeader("ce_id", eventId);
    message.setHeader("ce_type", eventType);
    message.setHeader("ce_source", "/payment-service");
    message.setHeader("ce_specversion", "1.0");
    message.setHeader("ce_time", at.toString());
    message.setHeader("ce_subject", paymentId);
    message.setHeader("content-type", "application/json");
    message.setHeader("correlationId", correlationId);
    if (traceparent != null) {
      message.setHeader("traceparent", traceparent);
    }
    return exchange;
  }
}
