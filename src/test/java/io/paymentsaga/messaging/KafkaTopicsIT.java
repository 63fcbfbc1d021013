package io.paymentsaga.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.paymentsaga.sandbox.SandboxBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.component.kafka.KafkaConfiguration;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class KafkaTopicsIT {
  private static final Set<String> TOPICS =
      Set.of(
          "t.payment.initiated",
          "t.payment.processing",
          "t.payment.completed",
          "t.payment.failed",
          "t.payment.cancelled",
          "t.payment.refunded",
          "t.payment.disputed",
          "t.saga.payment.compensate",
          "t.saga.payment.rollback.complete",
          "t.order.created",
          "t.order.cancelled",
          "t.payment-service.dead-letter");

  @TempDir static Path directory;
  @TempDir static Path drifted;

  @Test
  void topics_are_created_when_the_broker_appears_though_a_look_went_wrong_and_health_follows_it()
      throws Exception {
    try (SandboxBroker broker = SandboxBroker.start(directory);
        CamelContext context = RouteFiles.context(broker.bootstrapServers(), "t.")) {
      broker.stop();
      KafkaTopics topics = new KafkaTopics(context, broker.bootstrapServers(), "t.", 5, -1);
      context.addService(topics);
      AtomicBoolean broken = new AtomicBoolean();
      context.addComponent("kafka", component(broken));
      broken.set(true);
      ListAppender<ILoggingEvent> log = logOf(KafkaTopics.class);
      context.start();
      await()
          .untilAsserted(
              () ->
                  assertThat(log.list)
                      .extracting(ILoggingEvent::getFormattedMessage)
                      .contains("Kafka topics could not be looked at, the watch goes on: not now"));
      broken.set(false);
      assertThat(topics.sight().answers()).isFalse();
      assertThat(topics.health()).isEqualTo(new KafkaHealth("unhealthy", 0));

      broker.restart();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(topics::sight, MessagingEnvironment.ALL_THERE::equals);
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
      await().atMost(Duration.ofSeconds(10)).until(() -> !topics.sight().answers());
    }
  }

  @Test
  void topics_that_are_otherwise_than_expected_are_reported_and_left_alone() throws Exception {
    try (SandboxBroker broker = SandboxBroker.start(drifted);
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
        CamelContext context = RouteFiles.context(broker.bootstrapServers(), "t.")) {
      admin
          .createTopics(
              List.of(
                  new NewTopic("t.order.created", 2, (short) 1)
                      .configs(Map.of("cleanup.policy", "compact", "max.message.bytes", "1000"))))
          .all()
          .get();
      ListAppender<ILoggingEvent> log = logOf(KafkaTopics.class);
      KafkaTopics topics = new KafkaTopics(context, broker.bootstrapServers(), "t.", 3, 1);
      context.addService(topics);
      context.start();

      await().atMost(Duration.ofSeconds(30)).until(() -> topics.drift("order.created") == 3);

      assertThat(topics.drift("payment.initiated")).isZero();
      assertThat(log.list)
          .filteredOn(line -> line.getLevel() == Level.WARN)
          .extracting(ILoggingEvent::getFormattedMessage)
          .filteredOn(line -> line.contains("left as it is"))
          .containsExactlyInAnyOrder(
              "Kafka topic t.order.created is left as it is: partitions is 2, expected 3",
              "Kafka topic t.order.created is left as it is: cleanup.policy is compact, expected delete",
              "Kafka topic t.order.created is left as it is: max.message.bytes is 1000, expected at least 1048588");
      assertThat(
              admin
                  .describeTopics(List.of("t.order.created"))
                  .allTopicNames()
                  .get()
                  .get("t.order.created")
                  .partitions())
          .hasSize(2);
    }
  }

  /** A component that cannot be asked for its settings while it is {@code broken}. */
  private static KafkaComponent component(AtomicBoolean broken) {
    return new KafkaComponent() {
      @Override
      public KafkaConfiguration getConfiguration() {
        if (broken.get()) {
          throw new IllegalStateException("not now");
        }
        return super.getConfiguration();
      }
    };
  }

  private static ListAppender<ILoggingEvent> logOf(Class<?> logging) {
    ListAppender<ILoggingEvent> appender = new ListAppender<>();
    appender.start();
    ((Logger) LoggerFactory.getLogger(logging)).addAppender(appender);
    return appender;
  }
}
