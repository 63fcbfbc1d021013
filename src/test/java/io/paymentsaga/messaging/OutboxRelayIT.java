package io.paymentsaga.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.paymentsaga.sandbox.SandboxBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.component.kafka.KafkaEndpoint;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

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

  private static final String INSERT =
      """
      INSERT INTO outbox (shard, event_id, event_type, payment_id, order_id, sequence, at, body, correlation_id, traceparent)
      SELECT abs(hashtext(order_id)::bigint) % 16, ? || order_id || '-' || sequence, type, 'pay-' || order_id, order_id, sequence,
        '2026-01-01T12:00:00.123Z', '{"sequence":' || sequence || ',"name":"Zoë"}', 'corr-' || order_id, trace
      """;

  @RegisterExtension static final MessagingEnvironment ENVIRONMENT = new MessagingEnvironment();

  /** A port of loopback's that nobody listens on. */
  private static final String NOBODY = "127.0.0.1:1";

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
      await()
          .atMost(Duration.ofSeconds(30))
          .until(topics::sight, MessagingEnvironment.ALL_THERE::equals);
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
    try (CamelContext context = relaying(ENVIRONMENT.brokers(), "one", ENVIRONMENT.pool())) {
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
            () -> MessagingEnvironment.ALL_THERE,
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
  void an_idle_relay_asks_the_database_a_few_times_a_second() throws Exception {
    CountingDataSource database = new CountingDataSource(ENVIRONMENT.pool());
    try (CamelContext context = relaying(ENVIRONMENT.brokers(), "idle", database)) {
      awaitShards("idle", 16);
      int before = database.statements();
      await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
      int statements = database.statements() - before;
      System.out.printf("Idle relay: %.1f statements a second%n", statements / 3.0);
      assertThat(statements).isBetween(6, 30);
    }
  }

  @Test
  void with_the_broker_away_events_wait_and_then_all_arrive_in_order() throws Exception {
    CountingDataSource database = new CountingDataSource(ENVIRONMENT.pool());
    try (SandboxBroker broker = SandboxBroker.start(directory)) {
      createTopics(broker.bootstrapServers());
      try (CamelContext context = relaying(broker.bootstrapServers(), "patient", database)) {
        insertRounds(1, 2, 20);
        awaitEmptyOutbox();
        broker.stop();
        int before = database.statements();
        insertRounds(3, 6, 20);
        await()
            .during(Duration.ofSeconds(8))
            .atMost(Duration.ofSeconds(10))
            .until(() -> waiting() == 80);
        assertThat(database.statements() - before).isLessThan(60);
        broker.restart();
        insertRounds(7, 8, 20);
        awaitEmptyOutbox();
      }
      published(broker.bootstrapServers()).assertExactly(eventIds(20, 8));
    }
  }

  @Test
  void an_event_kafka_refuses_holds_back_the_later_ones_of_its_order_and_no_other()
      throws Exception {
    insert("ord_1", "payment.initiated", 1, null);
    insert("ord_1", "payment.completed", 2, null);
    insert("ord_2", "payment.initiated", 1, null);
    insert("ord_2", "payment.completed", 2, null);
    jdbc.update(
        "UPDATE outbox SET body = rpad(body, 1100000) WHERE order_id = 'ord_1' AND sequence = 1");
    try (CamelContext context = relaying(ENVIRONMENT.brokers(), "careful", ENVIRONMENT.pool())) {
      await().atMost(Duration.ofSeconds(20)).until(() -> waiting() == 2);
      assertThat(published(ENVIRONMENT.brokers()).sequencesOf("pay-ord_1")).isEmpty();
      jdbc.update("UPDATE outbox SET body = rtrim(body) WHERE sequence = 1");
      awaitEmptyOutbox();
    }
    published(ENVIRONMENT.brokers())
        .assertExactly(
            Set.of(prefix + "ord_1-1", prefix + "ord_1-2", prefix + "ord_2-1", prefix + "ord_2-2"));
  }

  @Test
  void a_relay_that_kafka_does_not_answer_leaves_its_shards_to_one_it_does() throws Exception {
    try (CamelContext cutOff = watching(NOBODY, "cut-off");
        CamelContext healthy = watching(ENVIRONMENT.brokers(), "healthy")) {
      insertRounds(1, 4, 40);
      awaitEmptyOutbox(Duration.ofSeconds(10));
      assertThat(count("relay_instance WHERE instance LIKE 'cut-off/%'")).isZero();
    }
    published(ENVIRONMENT.brokers()).assertExactly(eventIds(40, 4));
  }

  @Test
  void a_relay_whose_sends_all_fail_leaves_its_shards_to_others_though_kafka_seems_to_be_there()
      throws Exception {
    try (CamelContext cutOff = relaying(NOBODY, "cut-off", ENVIRONMENT.pool())) {
      awaitShards("cut-off", 16);
      insertRounds(1, 4, 40);
      try (CamelContext healthy = relaying(ENVIRONMENT.brokers(), "healthy", ENVIRONMENT.pool())) {
        awaitEmptyOutbox(Duration.ofSeconds(20));
      }
    }
    published(ENVIRONMENT.brokers()).assertExactly(eventIds(40, 4));
  }

  @Test
  void however_many_events_of_a_topic_that_is_gone_wait_those_of_other_orders_leave()
      throws Exception {
    String gone = prefix + "payment.processing";
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", ENVIRONMENT.brokers()))) {
      admin.deleteTopics(List.of(gone)).all().get();
      await().until(() -> !admin.listTopics().names().get().contains(gone));
      insertRounds(2, 4, 3000);
      insert("other", "payment.completed", 1, null);
      try (CamelContext context = relaying(ENVIRONMENT.brokers(), "one", ENVIRONMENT.pool())) {
        await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> count("outbox WHERE order_id = 'other'") == 0);
        assertThat(waiting()).isEqualTo(9000);
        admin.createTopics(List.of(new NewTopic(gone, 3, (short) 1))).all().get();
        awaitEmptyOutbox();
      }
    }
    published(ENVIRONMENT.brokers()).assertInOrder();
  }

  @Test
  void a_read_that_takes_longer_than_a_lease_leaves_for_a_send_does_not_stop_the_relay()
      throws Exception {
    insertRounds(1, 1, 17);
    jdbc.execute("ALTER TABLE outbox ENABLE ROW LEVEL SECURITY");
    jdbc.execute("ALTER TABLE outbox FORCE ROW LEVEL SECURITY");
    // Once a statement, however it goes about its rows.
    jdbc.execute("CREATE POLICY slow ON outbox USING ((SELECT pg_sleep(1.7)) IS NOT NULL)");
    try (CamelContext context = relaying(ENVIRONMENT.brokers(), "slow", ENVIRONMENT.pool())) {
      String any = "SELECT EXISTS (SELECT FROM outbox)";
      await().atMost(Duration.ofSeconds(20)).until(() -> !jdbc.queryForObject(any, Boolean.class));
    } finally {
      jdbc.execute("DROP POLICY slow ON outbox");
      jdbc.execute("ALTER TABLE outbox NO FORCE ROW LEVEL SECURITY");
      jdbc.execute("ALTER TABLE outbox DISABLE ROW LEVEL SECURITY");
    }
  }

  @Test
  void a_batch_of_large_events_is_bounded_by_what_it_weighs() {
    insertRounds(1, 1, 600);
    jdbc.update("UPDATE outbox SET body = rpad(body, 160000, md5(order_id))");
    List<OutboxEvent> events =
        new Outbox(ENVIRONMENT.pool())
            .read(IntStream.range(0, 16).boxed().toList(), Set.of(), Set.of());
    assertThat(events.stream().mapToLong(event -> event.body().length).sum())
        .isBetween(15_000_000L, 20_000_000L);
  }

  @Test
  void errors_end_rounds_but_not_the_relay() throws Exception {
    AtomicInteger errors = new AtomicInteger();
    OutboxRelay relay =
        new OutboxRelay(
            ENVIRONMENT.pool(),
            () -> {
              if (errors.getAndIncrement() < 4) {
                throw new NoClassDefFoundError("gone");
              }
              return MessagingEnvironment.ALL_THERE;
            },
            RelaySettings.of("broken"));
    insert("ord_1", "payment.initiated", 1, null);
    try (CamelContext context = RouteFiles.context(ENVIRONMENT.brokers(), prefix)) {
      RouteFiles.load(context, "relay");
      context.addLifecycleStrategy(relay);
      context.start();
      awaitEmptyOutbox(Duration.ofSeconds(15));
    }
  }

  @Test
  void of_two_relays_one_is_killed_while_it_sends_and_nothing_is_lost_reordered_or_made_up()
      throws Exception {
    List<Process> relays = new ArrayList<>();
    for (String name : List.of("doomed", "survivor")) {
      relays.add(
          RelayProcess.start(
              ENVIRONMENT.brokers(),
              prefix,
              ENVIRONMENT.database(),
              name,
              directory.resolve(name + ".log")));
    }
    try {
      awaitShards("doomed", 8);
      awaitShards("survivor", 8);
      insertAndRollBack("ord_0");
      insertRounds(1, 100, 120);
      await().pollInterval(Duration.ofMillis(10)).until(() -> waiting() < 11_000);
      assertThat(waiting()).isPositive();
      relays.get(0).destroyForcibly().waitFor();
      long killedAt = System.nanoTime();
      insertRounds(101, 105, 120);
      awaitEmptyOutbox();
      Duration takenOver = Duration.ofNanos(System.nanoTime() - killedAt);
      PublishedEvents published = published(ENVIRONMENT.brokers());
      System.out.printf(
          "Relay killed: the last of its events left after %d ms, %d events were repeated%n",
          takenOver.toMillis(), published.repeated());
      assertThat(takenOver).isLessThan(Duration.ofSeconds(15));
      published.assertExactly(eventIds(120, 105));
      relays.get(1).destroy();
      await()
          .atMost(Duration.ofSeconds(15))
          .until(() -> count("relay_shard WHERE lease_owner LIKE 'survivor/%'") == 0);
    } finally {
      relays.forEach(Process::destroyForcibly);
    }
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

  /** A relay that looks for Kafka as the service does. */
  private CamelContext watching(String brokers, String instance) throws Exception {
    CamelContext context = RouteFiles.context(brokers, prefix);
    KafkaTopics topics = new KafkaTopics(context, brokers, prefix, 3, -1);
    context.addService(topics);
    RouteFiles.load(context, "relay");
    context.addLifecycleStrategy(
        new OutboxRelay(ENVIRONMENT.pool(), topics::sight, RelaySettings.of(instance)));
    context.start();
    return context;
  }

  private CamelContext relaying(String brokers, String instance, DataSource database)
      throws Exception {
    CamelContext context = RouteFiles.context(brokers, prefix);
    RouteFiles.load(context, "relay");
    context.addLifecycleStrategy(
        new OutboxRelay(
            database, () -> MessagingEnvironment.ALL_THERE, RelaySettings.of(instance)));
    context.start();
    return context;
  }

  /** For each order one event a round, of a type that two rounds share; all in one commit. */
  private void insertRounds(int first, int last, int orders) {
    jdbc.update(
        INSERT
            + """
            FROM generate_series(?, ?) AS sequence
            CROSS JOIN generate_series(0, ? - 1) AS number
            CROSS JOIN LATERAL (SELECT 'ord_' || number, (?::text[])[sequence / 2 % 8 + 1], NULL) AS e (order_id, type, trace)
            ORDER BY sequence, number
            """,
        prefix,
        first,
        last,
        orders,
        TYPES);
  }

  private void insert(String orderId, String type, int sequence, String traceparent) {
    jdbc.update(
        INSERT + "FROM (VALUES (?, ?, ?, ?)) AS e (order_id, type, sequence, trace)",
        prefix,
        orderId,
        type,
        sequence,
        traceparent);
  }

  private void insertAndRollBack(String orderId) {
    new TransactionTemplate(new JdbcTransactionManager(ENVIRONMENT.pool()))
        .executeWithoutResult(
            status -> {
              insert(orderId, "payment.failed", 99, null);
              status.setRollbackOnly();
            });
  }

  private Set<String> eventIds(int orders, int rounds) {
    Set<String> ids = new HashSet<>();
    for (int order = 0; order < orders; order++) {
      for (int round = 1; round <= rounds; round++) {
        ids.add(prefix + "ord_" + order + "-" + round);
      }
    }
    return ids;
  }

  private PublishedEvents published(String brokers) {
    return PublishedEvents.of(brokers, Stream.of(TYPES).map(prefix::concat).toList());
  }

  private static int count(String rows) {
    return jdbc.queryForObject("SELECT count(*) FROM " + rows, Integer.class);
  }

  private static int waiting() {
    return count("outbox");
  }

  private static void awaitEmptyOutbox() {
    awaitEmptyOutbox(Duration.ofSeconds(40));
  }

  private static void awaitEmptyOutbox(Duration patience) {
    await().atMost(patience).until(() -> waiting() == 0);
  }

  private static void awaitShards(String instance, int shards) {
    String held = "relay_shard WHERE lease_owner LIKE '" + instance + "/%' AND lease_until > now()";
    await().atMost(Duration.ofSeconds(40)).until(() -> count(held) == shards);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
