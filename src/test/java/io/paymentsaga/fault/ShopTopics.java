package io.paymentsaga.fault;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.paymentsaga.payment.EventType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The service's topics, as the shop's other services use them. */
final class ShopTopics implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private static final List<String> INCOMING =
      List.of("order.created", "order.cancelled", EventType.COMPENSATE.published());
  private static final List<String> OUTGOING =
      Arrays.stream(EventType.values()).map(EventType::published).toList();

  private final String brokers;
  private final String prefix;
  private final KafkaProducer<String, String> producer;

  ShopTopics(String brokers, String prefix) {
    this.brokers = brokers;
    this.prefix = prefix;
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", brokers, "acks", "all"),
            new StringSerializer(),
            new StringSerializer());
  }

  /** The order service calls an order off; returns the event's id when the broker has it. */
  String cancelOrder(String orderId) {
    String eventId = UUID.randomUUID().toString();
    cancelOrder(orderId, eventId);
    return eventId;
  }

  /** Sends the same once more, as a producer does that did not hear of its success. */
  void cancelOrder(String orderId, String eventId) {
    publish("order.cancelled", orderId, eventId, cancellation(orderId));
  }

  private static Map<String, String> cancellation(String orderId) {
    return Map.of("orderId", orderId, "reason", "out of stock");
  }

  /** Another service sends a command; returns the event's id when the broker has it. */
  String command(String action, String orderId) {
    String eventId = UUID.randomUUID().toString();
    command(action, orderId, eventId);
    return eventId;
  }

  /** Sends the same once more. */
  void command(String action, String orderId, String eventId) {
    publish(
        EventType.COMPENSATE.published(),
        orderId,
        eventId,
        Map.of("orderId", orderId, "action", action));
  }

  private void publish(String topic, String key, String eventId, Map<String, ?> data) {
    String value =
        JSON.valueToTree(Map.of("eventId", eventId, "service", "shop", "data", data)).toString();
    try {
      producer.send(new ProducerRecord<>(prefix + topic, key, value)).get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("Kafka did not take the message", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while sending", e);
    }
  }

  /** Whether the service has read all that was ever sent to it. */
  boolean areRead() {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers));
        KafkaConsumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(
                Map.of("bootstrap.servers", brokers),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
      Map<TopicPartition, OffsetAndMetadata> read =
          admin
              .listConsumerGroupOffsets(prefix + "payment-service")
              .partitionsToOffsetAndMetadata()
              .get();
      return consumer.endOffsets(partitions(consumer, INCOMING)).entrySet().stream()
          .allMatch(end -> end.getValue() == 0 || isRead(read.get(end.getKey()), end.getValue()));
    } catch (ExecutionException e) {
      throw new IllegalStateException("Kafka does not say what was read", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while asking what was read", e);
    }
  }

  private static boolean isRead(OffsetAndMetadata read, long end) {
    return read != null && read.offset() == end;
  }

  /** All the service has published, repeats too; each partition in its order. */
  List<PublishedEvent> published() {
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", brokers),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      return readAll(consumer, partitions(consumer, OUTGOING)).stream()
          .map(ShopTopics::event)
          .filter(PublishedEvent::isOfPaymentService)
          .toList();
    }
  }

  private List<TopicPartition> partitions(KafkaConsumer<?, ?> consumer, List<String> topics) {
    return topics.stream()
        .flatMap(topic -> consumer.partitionsFor(prefix + topic).stream())
        .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
        .toList();
  }

  private static List<ConsumerRecord<String, byte[]>> readAll(
      KafkaConsumer<String, byte[]> consumer, List<TopicPartition> partitions) {
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
      consumer.poll(Duration.ofMillis(100)).forEach(records::add);
    }
    return records;
  }

  private static PublishedEvent event(ConsumerRecord<String, byte[]> record) {
    return PublishedEvent.read(
        record.topic(), record.key(), new String(record.value(), StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    producer.close();
  }
}
