package io.paymentsaga.flow;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The service's topics, as the other services use them. */
final class Topics implements AutoCloseable {
  private static final String DEAD_LETTERS = "payment-service.dead-letter";
  private static final List<String> OUTGOING =
      List.of(
          "payment.initiated",
          "payment.processing",
          "payment.completed",
          "payment.failed",
          "payment.cancelled",
          "payment.refunded",
          "payment.disputed",
          "saga.payment.compensate",
          "saga.payment.rollback.complete");

  private final String prefix;
  private final KafkaConsumer<String, byte[]> consumer;
  private final KafkaProducer<String, byte[]> producer;

  Topics(String brokers, String prefix) {
    this.prefix = prefix;
    consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", brokers),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", brokers, "acks", "all"),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  /** Returns when the broker has it. */
  void publish(String topic, String key, String json) {
    publish(topic, key, json.getBytes(StandardCharsets.UTF_8));
  }

  void publish(String topic, String key, byte[] value) {
    publish(new ProducerRecord<>(prefix + topic, key, value));
  }

  /** Returns when the broker has it. */
  void publish(String topic, String key, String json, Map<String, String> headers) {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(prefix + topic, key, json.getBytes(StandardCharsets.UTF_8));
    headers.forEach(
        (name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
    publish(record);
  }

  private void publish(ProducerRecord<String, byte[]> record) {
    try {
      producer.send(record).get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("Kafka did not take the message", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while sending", e);
    }
  }

  /**
   * What the service has published about an order so far, by the events' sequence; each event once,
   * as it may be delivered twice.
   */
  List<Event> events(String orderId) {
    return published().stream()
        .filter(event -> orderId.equals(event.key()))
        .sorted(Comparator.comparingLong(Event::sequence))
        .toList();
  }

  /** All the service has published so far, each event once. */
  List<Event> published() {
    Map<String, Event> once = new LinkedHashMap<>();
    read(OUTGOING).stream()
        .map(Event::of)
        .filter(event -> event.value().path("service").asText().equals("payment-service"))
        .forEach(event -> once.putIfAbsent(event.id(), event));
    return List.copyOf(once.values());
  }

  /** The dead letters whose key this is. */
  List<ConsumerRecord<String, byte[]>> deadLetters(String key) {
    return read(List.of(DEAD_LETTERS)).stream().filter(record -> key.equals(record.key())).toList();
  }

  /** All there is from the beginning to the present end; each partition in its order. */
  private synchronized List<ConsumerRecord<String, byte[]>> read(List<String> topics) {
    List<TopicPartition> partitions =
        topics.stream()
            .flatMap(topic -> consumer.partitionsFor(prefix + topic).stream())
            .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
      consumer.poll(Duration.ofMillis(50)).forEach(records::add);
    }
    return records;
  }

  @Override
  public void close() {
    consumer.close();
    producer.close();
  }
}
