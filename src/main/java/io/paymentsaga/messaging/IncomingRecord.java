package io.paymentsaga.messaging;

import io.paymentsaga.messaging.IncomingEvent.Origin;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.kafka.consumer.KafkaManualCommit;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The record an exchange began with, byte for byte, and the handle that commits its offset; kept in
 * an exchange property, because routes change body and headers on their way.
 */
final class IncomingRecord {
  private static final String PROPERTY = "incoming-record";

  private final Origin origin;
  private final long timestamp;
  private final byte[] key;
  private final byte[] value;
  private final Headers headers;
  private final KafkaManualCommit offset;
  private String faults = "";
  private int attempts;

  private IncomingRecord(Message message) {
    this.origin =
        new Origin(
            message.getHeader(KafkaConstants.TOPIC, String.class),
            message.getHeader(KafkaConstants.PARTITION, Integer.class),
            message.getHeader(KafkaConstants.OFFSET, Long.class));
    this.timestamp = message.getHeader(KafkaConstants.TIMESTAMP, Long.class);
    this.key = message.getHeader(KafkaConstants.KEY, byte[].class);
    this.value = message.getBody(byte[].class);
    this.headers = message.getHeader(KafkaConstants.HEADERS, Headers.class);
    this.offset = message.getHeader(KafkaConstants.MANUAL_COMMIT, KafkaManualCommit.class);
  }

  /** Takes it from a fresh exchange of a Kafka consumer. */
  static IncomingRecord keep(Exchange exchange) {
    IncomingRecord record = new IncomingRecord(exchange.getMessage());
    exchange.setProperty(PROPERTY, record);
    return record;
  }

  /** Makes a message look as a Kafka consumer's does that has read this record. */
  static void write(
      Message message, Origin origin, long timestamp, byte[] key, byte[] value, Headers headers) {
    message.removeHeaders("*");
    message.setHeader(KafkaConstants.TOPIC, origin.topic());
    message.setHeader(KafkaConstants.PARTITION, origin.partition());
    message.setHeader(KafkaConstants.OFFSET, origin.offset());
    message.setHeader(KafkaConstants.TIMESTAMP, timestamp);
    message.setHeader(KafkaConstants.KEY, key);
    message.setHeader(KafkaConstants.HEADERS, headers);
    message.setBody(value);
  }

  static IncomingRecord of(Exchange exchange) {
    return exchange.getProperty(PROPERTY, IncomingRecord.class);
  }

  Origin origin() {
    return origin;
  }

  long timestamp() {
    return timestamp;
  }

  /** Names where and when it stands, for a message that brings no id. */
  String position() {
    return origin.topic() + "-" + origin.partition() + "-" + origin.offset() + "-" + timestamp;
  }

  /** Null when the record has none; not to be changed. */
  byte[] key() {
    return key;
  }

  /** Null for a tombstone; not to be changed. */
  byte[] value() {
    return value;
  }

  Headers headers() {
    return headers;
  }

  /**
   * @param found how it breaks its schema, empty when it does not
   */
  void keepFaults(String found) {
    faults = found;
  }

  String faults() {
    return faults;
  }

  void countAttempt() {
    attempts++;
  }

  /** How often it was tried; a record that could not even be read was tried once. */
  int attempts() {
    return Math.max(1, attempts);
  }

  void commitOffset() {
    offset.commit();
  }

  /** The last header of this name as text, null when there is none. */
  String header(String name) {
    Header header = headers.lastHeader(name);
    return header == null ? null : text(header.value());
  }

  String keyText() {
    return text(key);
  }

  private static String text(byte[] bytes) {
    return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
  }
}
