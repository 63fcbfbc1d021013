package io.paymentsaga.messaging;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.databind.JsonNode;
import io.paymentsaga.payment.EventType;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Every event this service publishes and every message it reads, with its topic and its schema; the
 * one place that knows them all. It never changes while the service runs, and a schema that cannot
 * be read or understood stops the start.
 */
final class EventCatalogue {
  /** The contract these schemas belong to; their versions follow Semantic Versioning. */
  static final String VERSION = "1.0.0";

  /** Where the schemas stand on the class path. */
  static final String SCHEMAS = "/schemas/";

  private static final EventCatalogue THIS_VERSION = new EventCatalogue(new SchemaFiles(SCHEMAS));

  private final Map<EventType, EventSchema> published;
  private final Map<String, Forms> read;
  private final Forms anyOrder;

  private EventCatalogue(SchemaFiles files) {
    published =
        Arrays.stream(EventType.values())
            .collect(
                toMap(
                    identity(),
                    type -> EventSchema.closed(files.read(file(type))),
                    (one, other) -> one,
                    () -> new EnumMap<>(EventType.class)));
    read =
        Arrays.stream(IncomingType.values())
            .collect(
                toMap(IncomingType::topic, type -> Forms.of(files, type.enveloped(), type.flat())));
    anyOrder = Forms.of(files, "parts/order-message.json", "parts/order.json");
  }

  /** That of the running service. */
  static EventCatalogue ofThisVersion() {
    return THIS_VERSION;
  }

  /** The file of a published event's schema. */
  static String file(EventType type) {
    return type.published() + ".json";
  }

  /** All topics this service needs, without the prefix. */
  static List<String> topics() {
    Set<String> topics = new LinkedHashSet<>();
    Arrays.stream(EventType.values()).map(EventType::published).forEach(topics::add);
    Arrays.stream(IncomingType.values()).map(IncomingType::topic).forEach(topics::add);
    topics.add(KafkaTopics.DEAD_LETTERS);
    return List.copyOf(topics);
  }

  /**
   * Lets an event pass that keeps what its schema promises, and nothing besides.
   *
   * @throws IllegalStateException it does not: a bug, and it must not be published
   */
  void checkPublished(EventType type, JsonNode event) {
    String faults = published.get(type).faults(event);
    if (!faults.isEmpty()) {
      throw new IllegalStateException(
          "this " + type.published() + " is not what its schema promises: " + faults);
    }
  }

  /**
   * What is wrong with a message, empty when nothing is. One of a topic that is not in the
   * catalogue must name an order, as a route of an integrator's own reads it.
   *
   * @param topic without the prefix
   */
  String faultsOfMessage(String topic, JsonNode message) {
    return read.getOrDefault(topic, anyOrder).of(message).faults(message);
  }

  private record Forms(EventSchema enveloped, EventSchema flat) {
    static Forms of(SchemaFiles files, String enveloped, String flat) {
      return new Forms(EventSchema.open(files.read(enveloped)), EventSchema.open(files.read(flat)));
    }

    EventSchema of(JsonNode message) {
      return message.has("data") ? enveloped : flat;
    }
  }
}
