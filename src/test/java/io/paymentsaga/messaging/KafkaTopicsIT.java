package io.paymentsaga.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.paymentsaga.sandbox.SandboxBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaTopicsIT {
  private static final Set<String> TOPICS =
      Set.of(
          "t.payment.initiated",
          "t.payment.processing",
          "t.payment.completed",
          "t.payment.failed",
          "t.payment.cancelled",
          "t.payment.refunded",
          "t.saga.payment.compensate",
          "t.saga.payment.rollback.complete",
          "t.order.created",
          "t.order.cancelled",
          "t.payment-service.dead-letter");

  @TempDir static Path directory;

  @Test
  void topics_are_created_when_the_broker_appears_and_health_follows_it() throws Exception {
    try (SandboxBroker broker = SandboxBroker.start(directory);
        CamelContext context = RouteFiles.context(broker.bootstrapServers(), "t.")) {
      broker.stop();
      KafkaTopics topics = new KafkaTopics(context, broker.bootstrapServers(), "t.", 5, -1);
      context.addService(topics);
      context.start();
      assertThat(topics.present()).isFalse();
      assertThat(topics.health()).isEqualTo(new KafkaHealth("unhealthy", 0));

      broker.restart();
      await().atMost(Duration.ofSeconds(30)).until(topics::present);
      assertThat(topics.health()).isEqualTo(new KafkaHealth("healthy", 1));
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
        assertThat(admin.listTopics().names().get()).isEqualTo(TOPICS);
        Map<String, TopicDescription> described =
            admin.describeTopics(TOPICS).allTopicNames().get();
        assertThat(
                described.values().stream()
                    .map(d -> d.partitions().size())
                    .collect(Collectors.toSet()))
            .containsExactly(5);
      }

      broker.stop();
      await().atMost(Duration.ofSeconds(30)).until(() -> !topics.health().healthy());
    }
  }
}
