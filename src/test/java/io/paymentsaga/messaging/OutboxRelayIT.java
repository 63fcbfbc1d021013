package io.paymentsaga.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.paymentsaga.sandbox.SandboxBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.CamelContext;
import org.apache.camel.component.kafka.KafkaEndpoint;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

class OutboxRelayIT {
  private static final String[] TYPES = {
    "payment.initiated",
    "payment.processing",
    "payment.completed",
    "payment.failed",
    "payment.cancelled",
    "payment.refunded",
    "saga.payment.compensate",
    "saga.payment.rollback.complete"
  };

  @RegisterExtension static final MessagingEnvironment ENVIRONMENT = new MessagingEnvironment();

  private static final AtomicLong RUNS = new AtomicLong();
  private static JdbcTemplate jdbc;

  @TempDir Path directory;
  private final String prefix = ENVIRONMENT.topicPrefix() + RUNS.incrementAndGet() + ".";

  @BeforeAll
  static void openDatabase() {
    jdbc = new JdbcTemplate(ENVIRONMENT.pool());
  }

  @BeforeEach
  void prepare() throws Exception {
    jdbc.update("DELETE FROM outbox");
    createTopics(ENVIRONMENT.brokers());
  }

  private void createTopics(String brokers) throws Exception {
    try (CamelContext context = RouteFiles.context(brokers, prefix)) {
      KafkaTopics topics = new KafkaTopics(context, brokers, prefix, 3, -1);
      context.addService(topics);
      context.start();
      await().atMost(Duration.ofSeconds(30)).until(topics::present);
    }
  }

  @Test
  void each_event_type_arrives_on_its_topic_with_its_key_body_and_headers_and_no_other()
      throws Exception {
    for (int i = 0; i < TYPES.length; i++) {
      insert(
          "ord_ä",
          TYPES[i],
          i + 1,
          i == 0 ? null : "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    }
    try (CamelContext context = relaying(ENVIRONMENT.brokers(), "one")) {
      awaitEmptyOutbox();
    }
    for (int i = 0; i < TYPES.length; i++) {
      List<ConsumerRecord<byte[], byte[]>> records =
          KafkaRecords.all(ENVIRONMENT.brokers(), prefix + TYPES[i]);
      assertThat(records).hasSize(1);
      assertThat(text(records.get(0).key())).isEqualTo("ord_ä");
      assertThat(text(records.get(0).value()))
          .isEqualTo("{\"sequence\":" + (i + 1) + ",\"name\":\"Zoë\"}");
      Map<String, String> headers = new TreeMap<>();
      for (Header header : records.get(0).headers()) {
        headers.put(header.key(), text(header.value()));
      }
      Map<String, String> expected =
          new TreeMap<>(
              Map.of(
                  "ce_id", prefix + "ord_ä-" + (i + 1),
                  "ce_type", TYPES[i],
                  "ce_source", "/payment-service",
                  "ce_specversion", "1.0",
                  "ce_time", "2026-01-01T12:00:00.123Z",
                  "ce_subject", "pay-ord_ä",
                  "content-type", "application/json",
                  "correlationId", "corr-ord_ä"));
      if (i > 0) {
        expected.put("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
      }
      assertThat(headers).isEqualTo(expected);
    }
  }

  @Test
  void a_local_commit_wakes_an_idle_relay() throws Exception {
    OutboxRelay relay =
        new OutboxRelay(
            ENVIRONMENT.pool(),
            () -> true,
            new RelaySettings("sleepy", Duration.ofSeconds(10), Duration.ofHours(1)));
    try (CamelContext context = RouteFiles.context(ENVIRONMENT.brokers(), prefix)) {
      RouteFiles.load(context, "relay");
      context.addLifecycleStrategy(relay);
      context.start();
      awaitShards("sleepy", 16);
      insert("ord_1", "payment.initiated", 1, null);
      relay.wake();
      awaitEmptyOutbox();
    }
  }

  @Test
  void with_the_broker_away_events_wait_and_then_all_arrive_in_order() throws Exception {
    try (SandboxBroker broker = SandboxBroker.start(directory)) {
      createTopics(broker.bootstrapServers());
      try (CamelContext context = relaying(broker.bootstrapServers(), "patient")) {
        insertRounds(1, 2, 20);
        awaitEmptyOutbox();
        broker.stop();
        insertRounds(3, 6, 20);
        await()
            .during(Duration.ofSeconds(8))
            .atMost(Duration.ofSeconds(10))
            .until(() -> waiting() == 80);
        broker.restart();
        insertRounds(7, 8, 20);
        awaitEmptyOutbox();
      }
      assertInOrder(broker.bootstrapServers(), 20, 8);
    }
  }

  @Test
  void two_relays_share_the_shards_and_one_that_is_killed_is_taken_over() throws Exception {
    Process other =
        RelayProcess.start(
            ENVIRONMENT.brokers(),
            prefix,
            ENVIRONMENT.database(),
            "doomed",
            directory.resolve("relay.log"));
    try (CamelContext context = relaying(ENVIRONMENT.brokers(), "survivor")) {
      awaitShards("doomed", 8);
      awaitShards("survivor", 8);
      insertRounds(1, 10, 40);
      other.destroyForcibly().waitFor();
      insertRounds(11, 20, 40);
      awaitEmptyOutbox();
      awaitShards("survivor", 16);
    } finally {
      other.destroyForcibly();
    }
    assertInOrder(ENVIRONMENT.brokers(), 40, 20);
    assertThat(
            jdbc.queryForObject(
                "SELECT count(*) FROM relay_shard WHERE lease_owner IS NOT NULL", Integer.class))
        .isZero();
  }

  @Test
  void a_send_ends_before_the_lease_does() throws Exception {
    try (CamelContext context = RouteFiles.context(ENVIRONMENT.brokers(), prefix)) {
      RouteFiles.load(context, "relay");
      context.start();
      var kafka =
          context.getEndpoints().stream()
              .filter(KafkaEndpoint.class::isInstance)
              .map(KafkaEndpoint.class::cast)
              .findAny()
              .orElseThrow()
              .getConfiguration();
      assertThat(Duration.ofMillis(kafka.getMaxBlockMs() + kafka.getDeliveryTimeoutMs()))
          .isLessThanOrEqualTo(RelaySettings.LONGEST_SEND);
    }
  }

  private CamelContext relaying(String brokers, String instance) throws Exception {
    CamelContext context = RouteFiles.context(brokers, prefix);
    RouteFiles.load(context, "relay");
    context.addLifecycleStrategy(
        new OutboxRelay(ENVIRONMENT.pool(), () -> true, RelaySettings.of(instance)));
    context.start();
    return context;
  }

  /** For each order one event a round, all of one type, so that their topic shows their order. */
  private void insertRounds(int first, int last, int orders) {
    for (int round = first; round <= last; round++) {
      for (int order = 0; order < orders; order++) {
        insert("ord_" + order, "payment.refunded", round, null);
      }
    }
  }

  private void insert(String orderId, String type, int sequence, String traceparent) {
    jdbc.update(
        "INSERT INTO outbox (shard, event_id, event_type, payment_id, order_id, sequence, at, body, correlation_id, traceparent)"
            + " VALUES (?, ?, ?, ?, ?, ?, '2026-01-01T12:00:00.123Z', ?, ?, ?)",
        Math.floorMod(orderId.hashCode(), 16),
        prefix + orderId + "-" + sequence,
        type,
        "pay-" + orderId,
        orderId,
        sequence,
        "{\"sequence\":" + sequence + ",\"name\":\"Zoë\"}",
        "corr-" + orderId,
        traceparent);
  }

  private static int waiting() {
    return jdbc.queryForObject("SELECT count(*) FROM outbox", Integer.class);
  }

  private static void awaitEmptyOutbox() {
    await().atMost(Duration.ofSeconds(40)).until(() -> waiting() == 0);
  }

  private static void awaitShards(String owner, int shards) {
    await()
        .atMost(Duration.ofSeconds(40))
        .until(
            () ->
                jdbc.queryForObject(
                        "SELECT count(*) FROM relay_shard WHERE lease_owner = ? AND lease_until > now()",
                        Integer.class,
                        owner)
                    == shards);
  }

  /** Dropping what is older than the last seen leaves every event of every order, in sequence. */
  private void assertInOrder(String brokers, int orders, int rounds) {
    Map<String, List<Integer>> seen = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record :
        KafkaRecords.all(brokers, prefix + "payment.refunded")) {
      String id = text(record.headers().lastHeader("ce_id").value());
      int sequence = Integer.parseInt(id.substring(id.lastIndexOf('-') + 1));
      List<Integer> sequences = seen.computeIfAbsent(text(record.key()), key -> new ArrayList<>());
      if (sequences.isEmpty() || sequences.get(sequences.size() - 1) < sequence) {
        sequences.add(sequence);
      }
    }
    assertThat(seen).hasSize(orders);
    assertThat(seen.values()).allSatisfy(sequences -> assertThat(sequences).hasSize(rounds));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
