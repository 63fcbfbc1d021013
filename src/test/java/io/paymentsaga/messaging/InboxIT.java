package io.paymentsaga.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.JdbcTemplate;

/** One effect an event, whoever reads it and however often; and none that holds up the others. */
class InboxIT {
  @RegisterExtension static final MessagingEnvironment ENVIRONMENT = new MessagingEnvironment();

  private static final AtomicInteger RUNS = new AtomicInteger();
  private static JdbcTemplate jdbc;

  private final String prefix = ENVIRONMENT.topicPrefix() + RUNS.incrementAndGet() + ".";
  private final String created = prefix + "order.created";
  private final List<Future<RecordMetadata>> sent = new ArrayList<>();
  private int orders;
  private KafkaProducer<byte[], byte[]> producer;
  private Admin admin;

  @BeforeAll
  static void createTable() {
    jdbc = new JdbcTemplate(ENVIRONMENT.pool());
    jdbc.execute(
        "CREATE TABLE effect (n bigint GENERATED ALWAYS AS IDENTITY, event_id text NOT NULL,"
            + " order_id text)");
  }

  @BeforeEach
  void connect() {
    jdbc.execute("TRUNCATE effect, inbox, dead_letter CASCADE");
    Map<String, Object> brokers = Map.of("bootstrap.servers", ENVIRONMENT.brokers());
    // A new partition may refuse the first batch and take the second, after which the first never
    // gets in.
    Map<String, Object> oneByOne =
        Map.of(
            "bootstrap.servers", ENVIRONMENT.brokers(), "max.in.flight.requests.per.connection", 1);
    producer = new KafkaProducer<>(oneByOne, new ByteArraySerializer(), new ByteArraySerializer());
    admin = Admin.create(brokers);
  }

  @AfterEach
  void disconnect() {
    producer.close();
    admin.close();
  }

  @Test
  void consumers_come_and_go_during_load_and_every_event_has_one_effect() throws Exception {
    Effects one = new Effects();
    Effects two = new Effects();
    Effects three = new Effects();
    Consumers first = start(one);
    awaitTopics(first);
    sendUntilBusy(one);
    Consumers second = start(two);
    sendUntilBusy(two);
    first.close();
    Consumers third = start(three);
    sendUntilBusy(three);
    second.close();
    awaitAllCommitted();
    third.close();
    assertOneEffectEach(orders);

    admin
        .deleteConsumerGroupOffsets(prefix + "payment-service", committed().keySet())
        .all()
        .get(10, TimeUnit.SECONDS);
    try (Consumers again = start(new Effects())) {
      awaitAllCommitted();
    }
    assertOneEffectEach(orders);
  }

  @Test
  void the_offset_is_committed_after_the_effect_and_not_before() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Effects effects =
        new Effects() {
          @Override
          void apply(Exchange exchange) throws Exception {
            super.apply(exchange);
            begun.countDown();
            assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
          }
        };
    try (Consumers consumers = start(effects)) {
      awaitTopics(consumers);
      send("ord_1", "{\"eventId\":\"e1\",\"orderId\":\"ord_1\"}");
      assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();

      assertThat(committed()).isEmpty();
      assertThat(rows("SELECT event_id FROM effect")).isEmpty();

      goOn.countDown();
      awaitAllCommitted();
      assertThat(rows("SELECT event_id FROM effect")).containsExactly("e1");
    }
  }

  @Test
  void another_service_under_the_same_id_is_put_aside_and_not_taken_for_a_repeat()
      throws Exception {
    try (Consumers consumers = start(new Effects())) {
      awaitTopics(consumers);
      send("ord_1", event("1", "orders", "ord_1"));
      send("ord_1", event("1", "orders", "ord_1"));
      send("ord_1", event("1", "returns", "ord_2"));
      send("ord_1", event("2", "returns", "ord_3"));
      awaiting().until(() -> rows("SELECT event_id FROM effect").size() == 2);
    }
    assertThat(rows("SELECT order_id FROM effect ORDER BY n")).containsExactly("ord_1", "ord_3");
    assertThat(rows("SELECT reason FROM dead_letter")).containsExactly("event-id-taken");
  }

  @Test
  void good_messages_flow_in_their_order_past_those_that_are_bad() throws Exception {
    List<String> good = new ArrayList<>();
    try (Consumers consumers = start(new Effects())) {
      awaitTopics(consumers);
      for (int i = 0; i < 200; i++) {
        if (i % 10 == 3) {
          send("ord", "not JSON");
        } else if (i % 50 == 5) {
          send("ord", event("e" + i, "orders", Effects.NEVER_THERE));
        } else {
          send("ord", event("e" + i, "orders", "ord"));
          good.add("e" + i);
        }
      }
      awaiting().until(() -> rows("SELECT event_id FROM effect").size() == good.size());
      awaitAllCommitted();
    }
    assertThat(rows("SELECT event_id FROM effect ORDER BY n")).isEqualTo(good);
    assertThat(rows("SELECT reason || ' ' || attempts FROM dead_letter"))
        .hasSize(24)
        .containsOnly("not-json 1", "unknown-payment " + Consumers.ATTEMPTS);
  }

  /** A rebalance takes its time: the load goes on until these consumers have taken some of it. */
  private void sendUntilBusy(Effects effects) {
    awaiting()
        .until(
            () -> {
              sendTen();
              return effects.count() > 20;
            });
  }

  /** One event in three has no id of its own; one in ten comes again, under another key. */
  private void sendTen() throws Exception {
    for (int end = orders + 10; orders < end; orders++) {
      String order = "ord_" + orders;
      if (orders % 3 == 0) {
        send("key" + orders, "{\"orderId\":\"" + order + "\"}");
      } else {
        send("key" + orders, event("e" + orders, "orders", order));
        if (orders % 10 == 0) {
          send("other" + orders, event("e" + orders, "orders", order));
        }
      }
    }
    awaitSent();
  }

  private void send(String key, String value) {
    sent.add(
        producer.send(
            new ProducerRecord<>(
                created,
                key.getBytes(StandardCharsets.UTF_8),
                value.getBytes(StandardCharsets.UTF_8))));
  }

  /** Returns when Kafka has all that was sent. */
  private void awaitSent() throws Exception {
    for (Future<RecordMetadata> each : sent) {
      each.get();
    }
  }

  private static String event(String eventId, String service, String orderId) {
    return "{\"eventId\":\"%s\",\"service\":\"%s\",\"data\":{\"orderId\":\"%s\"}}"
        .formatted(eventId, service, orderId);
  }

  private static void assertOneEffectEach(int orders) {
    assertThat(rows("SELECT order_id FROM effect"))
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, orders).mapToObj(i -> "ord_" + i).toList());
  }

  private static List<String> rows(String query) {
    return jdbc.queryForList(query, String.class);
  }

  private Consumers start(Effects effects) throws Exception {
    return Consumers.start(ENVIRONMENT.pool(), ENVIRONMENT.brokers(), prefix, effects.routes());
  }

  private static void awaitTopics(Consumers consumers) {
    awaiting().until(consumers::topicsPresent);
  }

  private static ConditionFactory awaiting() {
    return await().atMost(Duration.ofSeconds(60));
  }

  private void awaitAllCommitted() throws Exception {
    awaitSent();
    awaiting().until(() -> committed().equals(ends()));
  }

  /** How far the group has come, by partition in which there is something. */
  private Map<TopicPartition, Long> committed() throws Exception {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    admin
        .listConsumerGroupOffsets(prefix + "payment-service")
        .partitionsToOffsetAndMetadata()
        .get(10, TimeUnit.SECONDS)
        .forEach((partition, offset) -> put(offsets, partition, offset));
    return offsets;
  }

  private void put(
      Map<TopicPartition, Long> offsets, TopicPartition partition, OffsetAndMetadata offset) {
    if (partition.topic().equals(created) && offset != null && offset.offset() > 0) {
      offsets.put(partition, offset.offset());
    }
  }

  private Map<TopicPartition, Long> ends() throws Exception {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    for (int i = 0; i < 3; i++) {
      asked.put(new TopicPartition(created, i), OffsetSpec.latest());
    }
    Map<TopicPartition, Long> ends = new HashMap<>();
    admin
        .listOffsets(asked)
        .all()
        .get(10, TimeUnit.SECONDS)
        .forEach(
            (partition, end) -> {
              if (end.offset() > 0) {
                ends.put(partition, end.offset());
              }
            });
    return ends;
  }

  /** A row an event, in the transaction that takes it. */
  private static class Effects {
    static final String NEVER_THERE = "never-there";

    private final AtomicInteger applied = new AtomicInteger();

    int count() {
      return applied.get();
    }

    RoutesBuilder routes() {
      return new RouteBuilder() {
        @Override
        public void configure() {
          errorHandler(noErrorHandler());
          from("direct:record-order-created").process(Effects.this::apply);
        }
      };
    }

    void apply(Exchange exchange) throws Exception {
      IncomingEvent event = exchange.getMessage().getBody(IncomingEvent.class);
      String orderId = event.data().path("orderId").asText();
      jdbc.update(
          "INSERT INTO effect (event_id, order_id) VALUES (?, ?)", event.eventId(), orderId);
      if (orderId.equals(NEVER_THERE)) {
        throw new PrematureMessageException("unknown-payment", "no such payment");
      }
      applied.incrementAndGet();
    }
  }
}
