package io.paymentsaga.flow;

import static io.paymentsaga.flow.PaymentService.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.paymentsaga.sandbox.SandboxEnvironment;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** What operators do with messages that were put aside. */
class DeadLettersIT {
  private static final String CALLS = "/api/v1/dead-letters";
  private static final String CANCELLED = "order.cancelled";
  private static final String COMMANDS = "saga.payment.compensate";
  private static final String BECAUSE = "{\"reason\":\"its cause is mended\"}";

  @RegisterExtension static final SandboxEnvironment sandbox = new SandboxEnvironment();
  private static PaymentService service;

  @BeforeAll
  static void start() {
    service =
        PaymentService.start(
            sandbox, Map.of("CONSUMER_RETRY_ATTEMPTS", "3", "CONSUMER_RETRY_BACKOFF", "10ms"));
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void a_message_without_an_id_is_replayed_as_the_event_it_was_and_once() {
    Order order = Order.some();
    command(order, Map.of("action", "cancel_payment", "orderId", order.id()));
    JsonNode letter = awaitLetter(order.id());
    assertThat(letter.path("reason").asText()).isEqualTo("unknown-payment");
    assertThat(letter.path("attempts").asInt()).isEqualTo(3);
    assertThat(letter.path("eventId").asText())
        .matches(".*saga\\.payment\\.compensate-\\d-\\d+-\\d{13}");
    Payment payment = service.checkout(order);

    Stream.generate(() -> CompletableFuture.supplyAsync(() -> replay(letter)))
        .limit(4)
        .toList()
        .forEach(
            answer -> assertThat(answer.join().expect(202).text("status")).isEqualTo("REPLAYED"));

    payment.awaitStatus("CANCELLED");
    payment.awaitSaga("COMPENSATED");
    awaitAnswers(payment, letter.path("eventId").asText(), "compensated");
    assertThat(payment.timeline()).containsOnlyOnce("CancelRequested");
    assertThat(replay(letter).expect(202).text("status")).isEqualTo("REPLAYED");
    discard(letter).expect(409);
    JsonNode actions = show(letter).path("actions");
    assertThat(actions).hasSize(1);
    assertThat(actions.at("/0/action").asText()).isEqualTo("REPLAYED");
    assertThat(actions.at("/0/reason").asText()).isEqualTo("its cause is mended");
    assertThat(actions.at("/0/actor").asText()).isNotEmpty();
  }

  @Test
  void a_replay_that_fails_again_waits_again_with_its_new_reason() {
    Order order = Order.some();
    command(order, Map.of("action", "mark_payment_failed", "orderId", order.id()));
    JsonNode letter = awaitLetter(order.id());

    Answer early = replay(letter).expect(202);
    assertThat(early.text("status")).isEqualTo("WAITING");
    assertThat(early.json().path("attempts").asInt()).isEqualTo(4);
    Payment payment = service.checkout(order).paid();
    Answer late = replay(letter).expect(202);

    assertThat(late.text("status")).isEqualTo("WAITING");
    assertThat(late.text("reason")).isEqualTo("does-not-fit");
    assertThat(late.json().path("attempts").asInt()).isEqualTo(5);
    assertThat(Payment.texts(show(letter).path("actions"), "action"))
        .containsExactly("REPLAY_FAILED", "REPLAY_FAILED");
    assertThat(payment.status()).isEqualTo("COMPLETED");
  }

  @Test
  void a_refused_command_that_works_when_it_is_replayed_is_answered_with_what_came_of_it() {
    Order order = Order.some();
    Payment paid = service.checkout(order).paid();
    String command =
        command(
            order,
            Map.of(
                "eventId",
                UUID.randomUUID().toString(),
                "service",
                "checkout-service",
                "action",
                "mark_payment_failed",
                "orderId",
                order.id()));
    JsonNode letter = awaitLetter(order.id());
    assertThat(letter.path("reason").asText()).isEqualTo("does-not-fit");
    awaitAnswers(paid, command, "refused");
    paid.refund("{}").expect(202);
    paid.awaitStatus("REFUNDED");
    Payment unpaid = service.checkout(order);

    assertThat(replay(letter).expect(202).text("status")).isEqualTo("REPLAYED");

    unpaid.awaitStatus("FAILED");
    awaitAnswers(unpaid, command, "refused", "compensated");
  }

  @Test
  void a_replay_that_a_crash_cut_off_has_left_nothing_and_works_when_it_is_asked_for_again()
      throws Exception {
    Order order = Order.some();
    command(order, Map.of("action", "cancel_payment", "orderId", order.id()));
    JsonNode letter = awaitLetter(order.id());
    Payment payment = service.checkout(order);

    try (Connection connection = sandbox.database().dataSource().getConnection()) {
      connection.setAutoCommit(false);
      JdbcTemplate lock = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
      lock.queryForList("SELECT FROM payment WHERE payment_id = ? FOR UPDATE", payment.id());
      CompletableFuture<Answer> cutOff = CompletableFuture.supplyAsync(() -> replay(letter));
      JdbcTemplate observer = new JdbcTemplate(sandbox.database().dataSource());
      eventually()
          .until(
              () ->
                  observer.queryForObject(
                          "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                              + " AND wait_event_type = 'Lock'",
                          Integer.class)
                      > 0);
      service.kill();
      assertThat(cutOff).failsWithin(Duration.ofSeconds(10));
      connection.rollback();
    }
    service.restart();

    assertThat(show(letter).path("status").asText()).isEqualTo("WAITING");
    assertThat(replay(letter).expect(202).text("status")).isEqualTo("REPLAYED");
    payment.awaitStatus("CANCELLED");
    awaitAnswers(payment, letter.path("eventId").asText(), "compensated");
  }

  @Test
  void what_is_no_text_is_shown_in_base64_and_can_be_discarded() {
    String key = Order.some().id();
    byte[] poison = {'{', (byte) 0xff, 0, '"'};
    service.topics().publish(CANCELLED, key, poison);
    JsonNode letter = awaitLetter(key);
    assertThat(letter.path("topic").asText()).isEqualTo(sandbox.topicPrefix() + CANCELLED);
    assertThat(letter.path("status").asText()).isEqualTo("WAITING");

    JsonNode shown = show(letter);
    assertThat(shown.path("value").asText()).isEqualTo(Base64.getEncoder().encodeToString(poison));
    assertThat(shown.path("valueEncoding").asText()).isEqualTo("base64");
    assertThat(shown.path("keyEncoding").asText()).isEqualTo("utf-8");
    assertThat(shown.path("error").asText()).isEqualTo("the value is not JSON");
    assertThat(shown.path("partition").isInt()).isTrue();
    assertThat(shown.path("offset").isIntegralNumber()).isTrue();
    assertThat(shown.path("headers").isArray()).isTrue();
    discard(letter, "{}").expect(400);
    assertThat(discard(letter).expect(202).text("status")).isEqualTo("DISCARDED");
    assertThat(discard(letter).expect(202).text("status")).isEqualTo("DISCARDED");
    replay(letter).expect(409);
    assertThat(Payment.texts(show(letter).path("actions"), "action")).containsExactly("DISCARDED");
  }

  @Test
  void a_discarded_message_hides_none_that_another_service_sent_under_its_id() {
    String eventId = UUID.randomUUID().toString();
    String broken = Order.some().id();
    publish(CANCELLED, broken, sent(eventId, "returns", Map.of()));
    discard(awaitLetter(broken)).expect(202);
    Payment payment = service.checkout();

    Map<String, ?> data = Map.of("orderId", payment.orderId());
    publish(CANCELLED, payment.orderId(), sent(eventId, "orders", data));

    assertThat(awaitLetter(payment.orderId()).path("reason").asText()).isEqualTo("event-id-taken");
    publish(CANCELLED, broken, sent(eventId, "returns", data));
    publish(CANCELLED, broken, sent(UUID.randomUUID().toString(), "returns", Map.of()));
    eventually().until(() -> letters(broken).size() == 2);
    assertThat(payment.timeline()).doesNotContain("OrderCancelled");
  }

  @Test
  void a_replay_takes_back_no_refusal_of_another_services_command() {
    String eventId = UUID.randomUUID().toString();
    Payment paid = service.checkout().paid();
    Payment unpaid = service.checkout();
    publish(
        COMMANDS,
        paid.orderId(),
        sent(
            eventId, "orders", Map.of("action", "mark_payment_failed", "orderId", paid.orderId())));
    awaitAnswers(paid, eventId, "refused");
    publish(
        COMMANDS,
        unpaid.orderId(),
        sent(eventId, "returns", Map.of("action", "cancel_payment", "orderId", unpaid.orderId())));
    JsonNode letter = awaitLetter(unpaid.orderId());
    assertThat(letter.path("reason").asText()).isEqualTo("event-id-taken");

    Answer replayed = replay(letter).expect(202);

    assertThat(replayed.text("status")).isEqualTo("WAITING");
    assertThat(replayed.text("reason")).isEqualTo("event-id-taken");
    assertThat(unpaid.status()).isEqualTo("PENDING");
  }

  @Test
  void the_list_is_filtered_and_cut_into_pages_newest_first() {
    String key = Order.some().id();
    for (int i = 0; i < 3; i++) {
      service.topics().publish(CANCELLED, key, "[" + i + "]");
    }
    eventually().until(() -> letters(key).size() == 3);
    discard(letters(key).get(0)).expect(202);

    List<String> all = new ArrayList<>();
    String page = CALLS + "?limit=2&topic=" + sandbox.topicPrefix() + CANCELLED;
    String cursor = "";
    do {
      Answer answer = service.api().get(page + cursor).expect(200);
      answer.json().path("items").forEach(item -> all.add(item.path("at").asText()));
      assertThat(answer.json().path("items").size()).isLessThanOrEqualTo(2);
      cursor =
          answer.json().path("nextCursor").isTextual()
              ? "&cursor=" + answer.text("nextCursor")
              : "";
    } while (!cursor.isEmpty());
    assertThat(all).hasSizeGreaterThanOrEqualTo(3).isSortedAccordingTo((a, b) -> b.compareTo(a));
    JsonNode discarded = service.api().get(CALLS + "?status=DISCARDED").expect(200).json();
    assertThat(Payment.texts(discarded.path("items"), "status")).containsOnly("DISCARDED");
    assertThat(service.api().get(CALLS + "?topic=none").expect(200).json().path("items")).isEmpty();
    service.api().get(CALLS + "?status=LOST").expect(400);
    service.api().get(CALLS + "?cursor=forged").expect(400);
  }

  @Test
  void only_operators_may_and_only_what_is_there_can_be_had() {
    Api reader = service.apiFor("usr_1", "payments:read", "payments:write", "payments:refund");
    String nothing = CALLS + "/" + UUID.randomUUID();

    reader.get(CALLS).expect(403);
    reader.get(nothing).expect(403);
    reader.post(nothing + "/replay", BECAUSE).expect(403);
    reader.post(nothing + "/discard", BECAUSE).expect(403);
    service.api("").get(CALLS).expect(401);
    service.api().get(nothing).expect(404);
    service.api().post(nothing + "/replay", BECAUSE).expect(404);
    service.api().post(nothing + "/discard", BECAUSE).expect(404);
    service.api().post(nothing + "/replay", "{}").expect(400);
  }

  private static void publish(String topic, String key, JsonNode message) {
    service.topics().publish(topic, key, message.toString());
  }

  private static JsonNode sent(String eventId, String sender, Map<String, ?> data) {
    return Json.of(Map.of("eventId", eventId, "service", sender, "data", data));
  }

  /** Publishes a flat command; returns its event id, empty when it has none. */
  private static String command(Order order, Map<String, ?> fields) {
    JsonNode command = Json.of(fields);
    service
        .topics()
        .publish(COMMANDS, order.id(), command.toString().getBytes(StandardCharsets.UTF_8));
    return command.path("eventId").asText();
  }

  private static JsonNode awaitLetter(String key) {
    eventually().until(() -> !letters(key).isEmpty());
    return letters(key).get(0);
  }

  private static List<JsonNode> letters(String key) {
    List<JsonNode> found = new ArrayList<>();
    service
        .api()
        .get(CALLS + "?limit=200")
        .expect(200)
        .json()
        .path("items")
        .forEach(
            letter -> {
              if (letter.path("key").asText().equals(key)) {
                found.add(letter);
              }
            });
    return found;
  }

  private static JsonNode show(JsonNode letter) {
    return service.api().get(CALLS + "/" + letter.path("id").asText()).expect(200).json();
  }

  private static Answer replay(JsonNode letter) {
    return service.api().post(CALLS + "/" + letter.path("id").asText() + "/replay", BECAUSE);
  }

  private static Answer discard(JsonNode letter) {
    return discard(letter, BECAUSE);
  }

  private static Answer discard(JsonNode letter, String body) {
    return service.api().post(CALLS + "/" + letter.path("id").asText() + "/discard", body);
  }

  /** Waits until the command has these answers and no other. */
  private static void awaitAnswers(Payment payment, String command, String... outcomes) {
    eventually()
        .untilAsserted(
            () ->
                assertThat(payment.events())
                    .filteredOn(
                        event -> event.metadata().path("causationId").asText().equals(command))
                    .filteredOn(event -> event.type().equals("saga.payment.rollback.complete"))
                    .extracting(event -> event.data().path("outcome").asText())
                    .containsExactlyInAnyOrder(outcomes));
  }
}
