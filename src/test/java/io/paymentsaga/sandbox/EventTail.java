package io.paymentsaga.sandbox;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Prints every event of the running sandbox, from the first on, until it is interrupted. */
public final class EventTail {
  private static final Pattern EVERY_TOPIC = Pattern.compile("(payment|saga|order)[.-].*");

  private EventTail() {}

  public static void main(String[] args) {
    Map<String, Object> configuration =
        Map.of(
            "bootstrap.servers", Endpoints.read(Sandbox.DIRECTORY).kafka(),
            "group.id", "event-tail-" + UUID.randomUUID(),
            "auto.offset.reset", "earliest",
            "enable.auto.commit", "false",
            "metadata.max.age.ms", "2000");
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(configuration, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(EVERY_TOPIC);
      while (true) {
        consumer.poll(Duration.ofSeconds(1)).forEach(EventTail::print);
      }
    }
  }

  private static void print(ConsumerRecord<String, String> event) {
    System.out.println(event.topic() + " " + event.key() + " " + event.value());
  }
}
