package io.paymentsaga.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SandboxBrokerIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir private static Path directory;
  private static SandboxBroker broker;

  @BeforeAll
  static void start() {
    broker = SandboxBroker.start(directory);
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void acknowledged_records_are_there_after_a_kill() throws Exception {
    createTopic("killed");
    send("killed", "kept");

    broker.kill();
    broker.restart();

    assertThat(read("killed")).containsExactly("kept");
  }

  @Test
  void acknowledged_records_are_there_after_a_stop() throws Exception {
    createTopic("stopped");
    send("stopped", "kept");

    broker.stop();
    broker.restart();

    assertThat(read("stopped")).containsExactly("kept");
  }

  @Test
  void a_frozen_broker_answers_after_the_thaw() throws Exception {
    createTopic("frozen");

    broker.freeze();
    assertThatThrownBy(() -> describe("frozen", Duration.ofSeconds(1)))
        .hasCauseInstanceOf(TimeoutException.class);
    broker.thaw();

    describe("frozen", PATIENCE);
  }

  @Test
  void a_topic_nobody_created_is_unknown() {
    assertThatThrownBy(() -> describe("misspelt", PATIENCE))
        .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
  }

  private static void createTopic(String topic) throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(configuration(PATIENCE))) {
      admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
    }
  }

  private static void describe(String topic, Duration patience)
      throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(configuration(patience))) {
      admin.describeTopics(List.of(topic)).allTopicNames().get();
    }
  }

  private static Map<String, Object> configuration(Duration patience) {
    int millis = (int) patience.toMillis();
    return Map.of(
        "bootstrap.servers", broker.bootstrapServers(),
        "request.timeout.ms", millis,
        "default.api.timeout.ms", millis);
  }

  private static void send(String topic, String value)
      throws ExecutionException, InterruptedException {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers(), "acks", "all"),
            new StringSerializer(),
            new StringSerializer())) {
      producer.send(new ProducerRecord<>(topic, value)).get();
    }
  }

  private static List<String> read(String topic) {
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new StringDeserializer(),
            new StringDeserializer())) {
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      return consumer.poll(PATIENCE).records(partition).stream()
          .map(ConsumerRecord::value)
          .toList();
    }
  }
}
