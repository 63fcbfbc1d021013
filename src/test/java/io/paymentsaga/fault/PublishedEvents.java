package io.paymentsaga.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Everything the service publishes, as it comes. */
final class PublishedEvents implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final Map<String, Queue<JsonNode>> byOrder = new ConcurrentHashMap<>();
  private final KafkaConsumer<String, byte[]> consumer;
  private final Thread reader;
  private volatile boolean closed;

  PublishedEvents(String brokers, String topicPrefix) {
    consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", brokers,
                "group.id", "published-events-" + UUID.randomUUID(),
                "auto.offset.reset", "earliest",
                "enable.auto.commit", "false",
                "metadata.max.age.ms", "1000"),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    consumer.subscribe(Pattern.compile(Pattern.quote(topicPrefix) + "(payment|saga)\\..*"));
    reader = new Thread(this::read, "published-events");
    reader.start();
  }

  /** The events about an order so far, each as often as it was published, by their sequence. */
  List<JsonNode> of(String orderId) {
    return byOrder.getOrDefault(orderId, new ConcurrentLinkedQueue<>()).stream()
        .sorted(Comparator.comparingLong(event -> event.path("sequence").asLong()))
        .toList();
  }

  private void read() {
    while (!closed) {
      consumer.poll(Duration.ofMillis(100)).forEach(this::add);
    }
    consumer.close();
  }

  private void add(ConsumerRecord<String, byte[]> event) {
    try {
      byOrder
          .computeIfAbsent(event.key(), orderId -> new ConcurrentLinkedQueue<>())
          .add(JSON.readTree(event.value()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
