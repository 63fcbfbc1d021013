package io.paymentsaga.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.paymentsaga.sandbox.SandboxBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.JdbcTemplate;

class ConsumersIT {
  @RegisterExtension static final MessagingEnvironment ENVIRONMENT = new MessagingEnvironment();

  private static final AtomicInteger RUNS = new AtomicInteger();
  private static JdbcTemplate jdbc;

  @TempDir Path directory;
  private final String prefix = ENVIRONMENT.topicPrefix() + RUNS.incrementAndGet() + ".";
  private final Effects effects = new Effects();
  private Consumers consumers;
  private KafkaProducer<byte[], byte[]> producer;

  @BeforeAll
  static void createTable() {
    jdbc = new JdbcTemplate(ENVIRONMENT.pool());
    jdbc.execute("CREATE TABLE effect (event_id text NOT NULL, order_id text)");
  }

  @BeforeEach
  void startConsumers() throws Exception {
    jdbc.update("DELETE FROM effect");
    jdbc.update("DELETE FROM inbox");
    jdbc.update("DELETE FROM dead_letter");
    startContext(ENVIRONMENT.brokers());
    awaitTopics();
  }

  private void startContext(String brokers) throws Exception {
    producer = producer(Map.of("bootstrap.servers", brokers));
    consumers = Consumers.start(ENVIRONMENT.pool(), brokers, prefix, effects.routes());
  }

  private void awaitTopics() {
    await().atMost(Duration.ofSeconds(30)).until(consumers::topicsPresent);
  }

  @AfterEach
  void stopConsumers() {
    consumers.close();
    producer.close();
  }

  @Test
  void an_envelope_and_a_flat_event_both_have_their_effect() {
    send(
        "order.created",
        "ord_1",
        "{\"eventId\":\"e1\",\"eventType\":\"order.created\",\"service\":\"orders\",\"data\":{\"orderId\":\"ord_1\",\"totalAmount\":5},\"metadata\":{\"correlationId\":\"c1\",\"causationId\":\"x1\",\"userId\":\"u1\"}}");
    send("order.cancelled", "ord_2", "{\"orderId\":\"ord_2\",\"reason\":\"changed my mind\"}");
    awaitEffects(2);

    IncomingEvent created = effects.of("ord_1");
    assertThat(created.eventId()).isEqualTo("e1");
    assertThat(created.key()).isEqualTo("ord_1");
    assertThat(created.service()).isEqualTo("orders");
    assertThat(created.correlationId()).isEqualTo("c1");
    assertThat(created.causationId()).isEqualTo("x1");
    assertThat(created.userId()).isEqualTo("u1");
    assertThat(created.data().path("totalAmount").asLong()).isEqualTo(5);
    IncomingEvent cancelled = effects.of("ord_2");
    assertThat(cancelled.eventId()).startsWith(prefix + "order.cancelled-");
    assertThat(cancelled.eventType()).isEqualTo("order.cancelled");
    assertThat(cancelled.data().path("reason").asText()).isEqualTo("changed my mind");
  }

  @Test
  void the_same_event_id_twice_has_one_effect() {
    String event = "{\"eventId\":\"twice\",\"data\":{\"orderId\":\"ord_1\"}}";
    send("order.created", "ord_1", event);
    send("order.created", "ord_1", event);
    send("order.created", "ord_1", "{\"eventId\":\"after\",\"data\":{\"orderId\":\"ord_1\"}}");
    awaitEffects(2);
    assertThat(jdbc.queryForList("SELECT event_id FROM effect", String.class))
        .containsExactly("twice", "after");
  }

  @Test
  void a_poison_message_becomes_a_dead_letter_byte_for_byte_and_the_next_one_is_processed() {
    byte[] poison = {'{', (byte) 0xff, 0, '"'};
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(prefix + "order.cancelled", bytes("ord_1"), poison);
    record
        .headers()
        .add("twice", new byte[] {1})
        .add("twice", new byte[] {(byte) 0xfe})
        .add("kafka.odd", null)
        .add("CamelOdd\0", bytes("x"));
    send(record);
    send("order.cancelled", "ord_1", "{\"orderId\":\"ord_1\"}");
    awaitEffects(1);

    ConsumerRecord<byte[], byte[]> letter = onlyDeadLetter();
    assertThat(letter.key()).isEqualTo(bytes("ord_1"));
    assertThat(letter.value()).isEqualTo(poison);
    List<Header> headers = StreamSupport.stream(letter.headers().spliterator(), false).toList();
    assertThat(headers.subList(0, 4))
        .containsExactly(
            new RecordHeader("twice", new byte[] {1}),
            new RecordHeader("twice", new byte[] {(byte) 0xfe}),
            new RecordHeader("kafka.odd", (byte[]) null),
            new RecordHeader("CamelOdd\0", bytes("x")));
    assertThat(header(letter, "dlt-reason")).isEqualTo("not-json");
    assertThat(header(letter, "dlt-error")).isEqualTo("the value is not JSON");
    assertThat(header(letter, "dlt-original-topic")).isEqualTo(prefix + "order.cancelled");
    assertThat(header(letter, "dlt-original-offset")).isEqualTo("0");
    assertThat(header(letter, "dlt-attempts")).isEqualTo("1");
    Map<String, Object> row = jdbc.queryForMap("SELECT * FROM dead_letter");
    assertThat(row)
        .containsEntry("value", poison)
        .containsEntry("status", "WAITING")
        .containsEntry("reason", "not-json");
  }

  @Test
  void what_an_effect_refuses_is_not_tried_again_and_an_answer_that_fails_holds_up_nothing() {
    Supplier<RuntimeException> refusal =
        () -> new RefusedMessageException("does-not-fit", "a paid payment cannot be marked failed");
    effects.fail("ord_0", 99, refusal);
    effects.fail("ord_1", 99, refusal);
    effects.failToAnswer("cmd0");
    send("saga.payment.compensate", "ord_1", command("cmd0", "orders", "ord_0"));
    send("saga.payment.compensate", "ord_1", command("cmd1", "orders", "ord_1"));
    send("saga.payment.compensate", "ord_1", command("cmd2", "orders", "ord_2"));
    awaitEffects(1);
    assertThat(effects.attempts("ord_1")).isEqualTo(1);
    assertThat(effects.refused()).containsExactly("cmd0", "cmd1");
    assertThat(deadLetters())
        .hasSize(2)
        .allSatisfy(letter -> assertThat(header(letter, "dlt-reason")).isEqualTo("does-not-fit"));
    assertThat(jdbc.queryForList("SELECT event_id FROM dead_letter", String.class))
        .containsExactlyInAnyOrder("cmd0", "cmd1");
    assertThat(jdbc.queryForList("SELECT event_id FROM inbox", String.class))
        .containsExactly("cmd2");
  }

  @Test
  void what_its_topic_has_room_for_is_sent_whole_and_what_is_too_large_without_its_value() {
    byte[] zeros = new byte[3_000_000];
    byte[] noise = new byte[1_048_300];
    new Random(7).nextBytes(noise);
    try (KafkaProducer<byte[], byte[]> compressing =
        producer(Map.of("compression.type", "gzip", "max.request.size", 4_000_000))) {
      sent(
          compressing.send(
              new ProducerRecord<>(prefix + "order.cancelled", bytes("zeros"), zeros)));
    }
    send(new ProducerRecord<>(prefix + "order.cancelled", bytes("noise"), noise));
    await().atMost(Duration.ofSeconds(30)).until(() -> deadLetters().size() == 2);

    ConsumerRecord<byte[], byte[]> whole = deadLetter("zeros");
    assertThat(whole.value()).isEqualTo(zeros);
    assertThat(whole.headers().lastHeader("dlt-value")).isNull();
    ConsumerRecord<byte[], byte[]> rest = deadLetter("noise");
    assertThat(rest.value()).isNull();
    assertThat(header(rest, "dlt-value")).isEqualTo("omitted");
    assertThat(header(rest, "dlt-reason")).isEqualTo("not-json");
    assertThat(jdbc.queryForList("SELECT value FROM dead_letter", byte[].class))
        .containsExactlyInAnyOrder(zeros, noise);
  }

  @Test
  void without_their_topic_dead_letters_stand_in_the_table_and_hold_up_nothing() {
    consumers.stopWatchingTopics();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", ENVIRONMENT.brokers()))) {
      sent(admin.deleteTopics(List.of(prefix + "payment-service.dead-letter")).all());
    }
    send("order.cancelled", "ord_1", "not json");
    send("order.cancelled", "ord_1", "{\"orderId\":\"ord_1\"}");
    awaitEffects(1);
    assertThat(jdbc.queryForMap("SELECT * FROM dead_letter"))
        .containsEntry("value", bytes("not json"))
        .containsEntry("status", "WAITING");
  }

  @Test
  void what_an_aborted_transaction_wrote_has_no_effect() {
    try (KafkaProducer<byte[], byte[]> transactional =
        producer(Map.of("transactional.id", prefix + "orders"))) {
      transactional.initTransactions();
      transactional.beginTransaction();
      sent(transactional.send(cancelled("ord_1")));
      transactional.abortTransaction();
      transactional.beginTransaction();
      sent(transactional.send(cancelled("ord_2")));
      transactional.commitTransaction();
    }
    awaitEffects(1);
    assertThat(effects.attempts("ord_2")).isEqualTo(1);
    assertThat(effects.attempts("ord_1")).isZero();
  }

  @Test
  void a_transient_failure_is_retried_and_rolls_back_each_time() {
    effects.fail("ord_1", 2, () -> new IllegalStateException("not now"));
    send("order.created", "ord_1", "{\"eventId\":\"e1\",\"orderId\":\"ord_1\"}");
    awaitEffects(1);
    assertThat(effects.attempts("ord_1")).isEqualTo(3);
    assertThat(jdbc.queryForObject("SELECT count(*) FROM dead_letter", Integer.class)).isZero();
  }

  @Test
  void a_failure_that_stays_is_dead_lettered_after_the_attempts() {
    effects.fail(
        "ord_1", 99, () -> new PrematureMessageException("unknown-payment", "no such payment"));
    effects.fail("ord_2", 99, () -> new IllegalStateException("broken"));
    send("order.created", "ord_1", "{\"eventId\":\"e1\",\"orderId\":\"ord_1\"}");
    send("order.created", "ord_1", "{\"eventId\":\"e2\",\"orderId\":\"ord_2\"}");
    send("order.created", "ord_1", "{\"eventId\":\"e3\",\"orderId\":\"ord_3\"}");
    awaitEffects(1);
    assertThat(effects.attempts("ord_1")).isEqualTo(4);
    List<ConsumerRecord<byte[], byte[]>> letters = deadLetters();
    assertThat(letters)
        .extracting(letter -> header(letter, "dlt-reason"))
        .containsExactlyInAnyOrder("unknown-payment", "attempts-used-up");
    assertThat(letters).extracting(letter -> header(letter, "dlt-attempts")).containsOnly("4");
  }

  @Test
  void messages_this_service_announced_are_no_commands() {
    send("saga.payment.compensate", "ord_1", command("own", "payment-service", "ord_1"));
    send("saga.payment.compensate", "ord_1", command("foreign", "orders", "ord_1"));
    awaitEffects(1);
    assertThat(effects.of("ord_1").eventId()).isEqualTo("foreign");
    assertThat(effects.attempts("ord_1")).isEqualTo(1);
  }

  @Test
  void with_the_database_away_nothing_is_dead_lettered_and_all_comes_later() throws Exception {
    send("order.created", "ord_0", "{\"orderId\":\"ord_0\"}");
    awaitEffects(1);
    ENVIRONMENT.databaseAway(true);
    try {
      send("order.created", "ord_1", "{\"orderId\":\"ord_1\"}");
      send("order.cancelled", "ord_2", "not json");
      await()
          .during(Duration.ofSeconds(9))
          .atMost(Duration.ofSeconds(11))
          .until(() -> deadLetters().isEmpty());
    } finally {
      ENVIRONMENT.databaseAway(false);
    }
    awaitEffects(2);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> jdbc.queryForObject("SELECT count(*) FROM dead_letter", Integer.class) == 1);
  }

  @Test
  void consumers_wait_for_a_broker_that_is_away_at_the_start_or_later() throws Exception {
    stopConsumers();
    try (SandboxBroker broker = SandboxBroker.start(directory)) {
      broker.stop();
      startContext(broker.bootstrapServers());
      broker.restart();
      awaitTopics();
      send("order.created", "ord_0", "{\"eventId\":\"e0\",\"orderId\":\"ord_0\"}");
      awaitEffects(1);
      broker.stop();
      broker.restart();
      send("order.created", "ord_1", "{\"eventId\":\"e1\",\"orderId\":\"ord_1\"}");
      awaitEffects(2);
    }
  }

  @Test
  void what_was_committed_is_not_read_again_after_a_restart() throws Exception {
    send("order.created", "ord_1", "{\"eventId\":\"e1\",\"orderId\":\"ord_1\"}");
    awaitEffects(1);
    stopConsumers();
    startConsumers();
    send("order.created", "ord_1", "{\"eventId\":\"e2\",\"orderId\":\"ord_1\"}");
    awaitEffects(1);
    assertThat(jdbc.queryForList("SELECT event_id FROM effect", String.class))
        .containsExactly("e2");
  }

  private void send(String topic, String key, String value) {
    send(new ProducerRecord<>(prefix + topic, bytes(key), bytes(value)));
  }

  private void send(ProducerRecord<byte[], byte[]> record) {
    sent(producer.send(record));
  }

  private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> settings) {
    Map<String, Object> all = new HashMap<>(settings);
    all.putIfAbsent("bootstrap.servers", ENVIRONMENT.brokers());
    return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** One key's cancellations stand in one partition, in their order. */
  private ProducerRecord<byte[], byte[]> cancelled(String orderId) {
    return new ProducerRecord<>(
        prefix + "order.cancelled", bytes("key"), bytes("{\"orderId\":\"" + orderId + "\"}"));
  }

  private static void sent(Future<?> sending) {
    try {
      sending.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  private static String command(String eventId, String service, String orderId) {
    return "{\"eventId\":\"%s\",\"service\":\"%s\",\"data\":{\"action\":\"cancel_payment\",\"orderId\":\"%s\"}}"
        .formatted(eventId, service, orderId);
  }

  private static void awaitEffects(int count) {
    await()
        .atMost(Duration.ofSeconds(40))
        .ignoreExceptions()
        .until(() -> jdbc.queryForObject("SELECT count(*) FROM effect", Integer.class) == count);
  }

  private ConsumerRecord<byte[], byte[]> onlyDeadLetter() {
    List<ConsumerRecord<byte[], byte[]>> letters = deadLetters();
    assertThat(letters).hasSize(1);
    return letters.get(0);
  }

  private ConsumerRecord<byte[], byte[]> deadLetter(String key) {
    return deadLetters().stream()
        .filter(letter -> Arrays.equals(letter.key(), bytes(key)))
        .findFirst()
        .orElseThrow();
  }

  private List<ConsumerRecord<byte[], byte[]>> deadLetters() {
    return KafkaRecords.all(ENVIRONMENT.brokers(), prefix + "payment-service.dead-letter");
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What the payment core does with messages, here: a row, or a failure a test asks for. */
  private static final class Effects {
    private final List<IncomingEvent> taken = new CopyOnWriteArrayList<>();
    private final List<String> attempted = new CopyOnWriteArrayList<>();
    private final List<String> refused = new CopyOnWriteArrayList<>();
    private final Map<String, List<RuntimeException>> failures = new ConcurrentHashMap<>();
    private final List<String> unanswerable = new CopyOnWriteArrayList<>();

    RouteBuilder routes() {
      return new RouteBuilder() {
        @Override
        public void configure() {
          from("direct:record-order-created").process(Effects.this::apply);
          from("direct:record-order-cancelled").process(Effects.this::apply);
          from("direct:run-compensation-command").process(Effects.this::apply);
          from("direct:refuse-command").process(Effects.this::refuse);
        }
      };
    }

    /** Whoever answers this command, if it is refused, fails each time. */
    void failToAnswer(String eventId) {
      unanswerable.add(eventId);
    }

    void fail(String orderId, int times, Supplier<RuntimeException> failure) {
      List<RuntimeException> all = new ArrayList<>();
      for (int i = 0; i < times; i++) {
        all.add(failure.get());
      }
      failures.put(orderId, all);
    }

    IncomingEvent of(String orderId) {
      return taken.stream()
          .filter(e -> orderId.equals(e.data().path("orderId").asText()))
          .findFirst()
          .orElseThrow();
    }

    long attempts(String orderId) {
      return attempted.stream().filter(orderId::equals).count();
    }

    List<String> refused() {
      return refused;
    }

    private void refuse(Exchange exchange) {
      String eventId = exchange.getMessage().getBody(IncomingEvent.class).eventId();
      refused.add(eventId);
      if (unanswerable.contains(eventId)) {
        throw new DataIntegrityViolationException("unsupported Unicode escape sequence");
      }
    }

    private void apply(Exchange exchange) {
      IncomingEvent event = exchange.getMessage().getBody(IncomingEvent.class);
      String orderId = event.data().path("orderId").asText();
      attempted.add(orderId);
      jdbc.update("INSERT INTO effect VALUES (?, ?)", event.eventId(), orderId);
      exchange.getMessage().setBody(null);
      exchange.getMessage().removeHeaders("*");
      List<RuntimeException> planned = failures.getOrDefault(orderId, new ArrayList<>());
      if (!planned.isEmpty()) {
        throw planned.remove(0);
      }
      taken.add(event);
    }
  }
}
