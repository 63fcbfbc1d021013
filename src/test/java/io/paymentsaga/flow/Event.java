package io.paymentsaga.flow;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** An event the service has published. */
record Event(ConsumerRecord<String, byte[]> record, JsonNode value) {
  static Event of(ConsumerRecord<String, byte[]> record) {
    return new Event(record, Json.read(new String(record.value(), StandardCharsets.UTF_8)));
  }

  String id() {
    return value.path("eventId").asText();
  }

  String type() {
    return value.path("eventType").asText();
  }

  long sequence() {
    return value.path("sequence").asLong();
  }

  JsonNode data() {
    return value.path("data");
  }

  JsonNode metadata() {
    return value.path("metadata");
  }

  String key() {
    return record.key();
  }

  /** A header as text, null when there is none. */
  String header(String name) {
    return header(record, name);
  }

  /** The names of all its headers. */
  Set<String> headers() {
    return Stream.of(record.headers().toArray()).map(Header::key).collect(Collectors.toSet());
  }

  static String header(ConsumerRecord<?, ?> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
  }
}
