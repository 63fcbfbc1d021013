package io.paymentsaga.flow;

import static io.paymentsaga.flow.PaymentService.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.paymentsaga.sandbox.SandboxEnvironment;
import io.paymentsaga.sandbox.stripe.TestCard;
import io.paymentsaga.sandbox.stripe.WebhookFaults;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What customers gave goes, by an operator's word or by age; the books stay. */
class PersonalDataIT {
  private static final String BECAUSE = "{\"reason\":\"asked for in a letter\"}";
  private static final long LONG_AGO = 200;

  /** What is looked for in every log is looked for in all that can be logged here. */
  private static final String TALKATIVE = "-Dlog.level=DEBUG";

  @RegisterExtension static final SandboxEnvironment sandbox = new SandboxEnvironment();
  private static PaymentService service;
  private static JdbcClient database;

  private final String user = "usr " + UUID.randomUUID() + " ä;%";
  private final String email = "ada." + UUID.randomUUID() + "@example.com";

  @BeforeAll
  static void start() {
    service = PaymentService.start(sandbox, Map.of("JAVA_TOOL_OPTIONS", TALKATIVE));
    database = JdbcClient.create(sandbox.database().dataSource());
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @AfterEach
  void behave() {
    service.stripe().mischief().behave();
  }

  @Test
  void a_customers_settled_payment_is_erased_and_its_books_stay() {
    Payment payment = service.checkout(order()).paid();
    awaitSent(payment);
    JsonNode before = payment.show();
    assertThat(tablesNaming(email)).containsExactly("personal_data");
    assertThat(tablesNaming("1 Main St")).containsExactly("personal_data");

    JsonNode answer = erase().expect(202).json();

    assertThat(answer.path("status").asText()).isEqualTo("COMPLETED");
    assertThat(answer.path("userId").asText()).isEqualTo(user);
    assertThat(answer.path("erasedPayments").asInt()).isEqualTo(1);
    assertThat(answer.path("waitingPayments").asInt()).isZero();
    assertThat(tablesNaming(email)).isEmpty();
    assertThat(tablesNaming("1 Main St")).isEmpty();
    assertThat(tablesNaming("a gift for Charles")).isEmpty();
    assertThat(receipt(payment)).isEmpty();
    assertThat(payment.show()).isEqualTo(before);
    JsonNode erased = last(payment.saga().path("timeline"));
    assertThat(erased.path("type").asText()).isEqualTo("PersonalDataErased");
    assertThat(erased.path("detail").asText()).isEqualTo("asked for in a letter");
    assertThat(erased.path("actor").asText()).isEqualTo(erasures().get(0).get("actor"));
    assertThat(erase().expect(202).json().path("erasedPayments").asInt()).isZero();
    assertThat(erasures()).hasSize(2);
  }

  @Test
  void an_erased_payment_can_be_refunded_and_its_receipt_does_not_come_back() {
    service.stripe().mischief().onWebhooks(WebhookFaults.NONE.copying(2));
    Payment payment = service.checkout(order()).paid();
    awaitSent(payment);
    erase().expect(202);

    database
        .sql("DELETE FROM stripe_event WHERE type = 'charge.succeeded' AND payment_id = :payment")
        .param("payment", payment.id())
        .update();
    service.stripe().resend(service.eventAbout(chargeOf(payment), "charge.succeeded"));
    payment.refund("{}").expect(202);

    payment.awaitStatus("REFUNDED");
    eventually().until(() -> taken(payment, "charge.succeeded"));
    assertThat(receipt(payment)).isEmpty();
    assertThat(tablesNaming(email)).isEmpty();
  }

  @Test
  void what_is_not_settled_yet_is_erased_once_it_is() {
    Payment live = service.checkout(order());

    JsonNode answer = erase().expect(202).json();

    assertThat(answer.path("status").asText()).isEqualTo("WAITING");
    assertThat(answer.path("waitingPayments").asInt()).isEqualTo(1);
    assertThat(tablesNaming(email)).contains("personal_data");
    live.pay(TestCard.PAYS);
    live.awaitStatus("COMPLETED");
    eventually().untilAsserted(() -> assertThat(tablesNaming(email)).isEmpty());
    assertThat(live.timeline()).endsWith("PersonalDataErased");
    assertThat(erasures()).hasSize(1);
    assertThat(erasures().get(0).get("ended_at")).isNotNull();
  }

  @Test
  void a_message_about_the_order_goes_with_it_once_an_operator_has_settled_it() {
    Order order = order();
    Payment payment = service.checkout(order).paid();
    awaitSent(payment);
    service
        .topics()
        .publish(
            "order.cancelled",
            order.id(),
            ("{\"customer\":\"" + email + "\"}").getBytes(StandardCharsets.UTF_8));
    eventually().until(() -> tablesNaming(email).contains("dead_letter"));

    assertThat(erase().expect(202).text("status")).isEqualTo("WAITING");
    String letter = discardLetterOf(order.id());

    assertThat(erase().expect(202).text("status")).isEqualTo("COMPLETED");
    assertThat(tablesNaming(email)).isEmpty();
    JsonNode shown = service.api().get("/api/v1/dead-letters/" + letter).expect(200).json();
    assertThat(shown.path("status").asText()).isEqualTo("DISCARDED");
    assertThat(shown.path("value").isNull()).isTrue();
    assertThat(shown.path("actions")).hasSize(1);
  }

  @Test
  void a_message_that_came_after_its_payment_was_erased_goes_when_it_is_asked_for_again() {
    Order order = order();
    Payment payment = service.checkout(order).paid();
    awaitSent(payment);
    assertThat(erase().expect(202).text("status")).isEqualTo("COMPLETED");
    service
        .topics()
        .publish(
            "saga.payment.compensate",
            payment.id(),
            ("{\"action\":\"call\",\"customer\":\"" + email + "\"}")
                .getBytes(StandardCharsets.UTF_8));
    eventually().until(() -> tablesNaming(email).contains("dead_letter"));

    assertThat(erase().expect(202).json().path("waitingPayments").asInt()).isEqualTo(1);
    discardLetterOf(payment.id());

    assertThat(erase().expect(202).text("status")).isEqualTo("COMPLETED");
    assertThat(tablesNaming(email)).isEmpty();
  }

  @Test
  void an_address_that_stripe_refuses_is_kept_nowhere_else() {
    String refused = "ada." + UUID.randomUUID() + "@localhost";

    Answer answer =
        service
            .api()
            .under("key-" + refused.hashCode())
            .checkout(order().with("customerEmail", refused))
            .expect(422);

    assertThat(answer.text("detail")).contains("email_invalid (customer_email)");
    assertThat(tablesNaming(refused)).containsExactly("personal_data");
  }

  @Test
  void only_operators_may_erase_and_they_say_why() {
    Api other =
        service.apiFor(user, "payments:read", "payments:write", "payments:refund", "payments:own");

    other.post("/api/v1/customers/usr_7/erase", BECAUSE).expect(403);
    service.api("").post("/api/v1/customers/usr_7/erase", BECAUSE).expect(401);
    service.api().post("/api/v1/customers/usr_7/erase", "{}").expect(400);
    assertThat(erase().expect(202).json().path("erasedPayments").asInt()).isZero();
  }

  @Test
  void a_customer_is_named_as_a_user_of_a_payment_is() {
    String longest = "/api/v1/customers/" + "%F0%9F%8E%81".repeat(255);
    JsonNode problem = service.api().post(longest + "x/erase", BECAUSE).expect(400).json();

    assertThat(problem.at("/errors/0/pointer").asText()).isEqualTo("/customer");
    assertThat(problem.at("/errors/0/code").asText()).isEqualTo("too-long");
    service.api().post("/api/v1/customers/" + "c".repeat(3000) + "/erase", BECAUSE).expect(400);
    service.api().post("/api/v1/customers/%20/erase", BECAUSE).expect(400);
    service.api().post(longest + "/erase", BECAUSE).expect(202);
  }

  @Test
  void personal_data_that_is_old_goes_by_itself_but_not_what_is_still_needed() {
    Payment settled = service.checkout(order()).paid();
    awaitSent(settled);
    Payment live = service.checkout(order());
    Payment young = service.checkout(order()).paid();
    awaitSent(young);

    age("personal_data", "given_at", "payment_id IN ('" + settled.id() + "','" + live.id() + "')");
    remove();

    eventually().until(() -> !kept(settled));
    assertThat(kept(live)).isTrue();
    assertThat(kept(young)).isTrue();
    assertThat(last(settled.saga().path("timeline")).path("cause").asText()).isEqualTo("retention");
  }

  @Test
  void events_that_cannot_come_again_are_forgotten_and_those_that_can_are_not() {
    String run = UUID.randomUUID().toString();
    for (String name : List.of("old", "waits", "young")) {
      database
          .sql("INSERT INTO inbox (topic, event_id) VALUES ('t', :id)")
          .param("id", run + name)
          .update();
      database
          .sql(
              """
              INSERT INTO stripe_event (stripe_event_id, type, payload, match_at)
              VALUES (:id, 't', CASE WHEN :waits THEN '{}'::jsonb END, CASE WHEN :waits THEN now() + interval '1 day' END)
              """)
          .param("id", run + name)
          .param("waits", name.equals("waits"))
          .update();
      database
          .sql(
              """
              INSERT INTO dead_letter (dead_letter_id, topic, partition, "offset", kafka_timestamp, value, event_id, reason,
                error, attempts, status)
              VALUES (:id, 't', 0, abs(hashtext(:id)), 0, 'said', :id, 'r', 'e', 1,
                CASE WHEN :waits THEN 'WAITING' ELSE 'DISCARDED' END)
              """)
          .param("id", run + name)
          .param("waits", name.equals("waits"))
          .update();
    }

    String old = " IN ('" + run + "old', '" + run + "waits')";
    age("inbox", "received_at", "event_id" + old);
    age("stripe_event", "received_at", "stripe_event_id" + old);
    age("dead_letter", "at", "dead_letter_id" + old);
    remove();

    eventually()
        .untilAsserted(
            () -> {
              assertThat(left("inbox", "event_id", run)).containsExactly("waits", "young");
              assertThat(left("stripe_event", "stripe_event_id", run))
                  .containsExactly("waits", "young");
              assertThat(left("dead_letter WHERE value IS NOT NULL", "dead_letter_id", run))
                  .containsExactly("waits", "young");
            });
    assertThat(left("dead_letter", "dead_letter_id", run)).hasSize(3);
    assertThat(service.api("").get("/metrics").response().body())
        .contains("retention_removed_total{of=\"inbox\"} ");
  }

  private Order order() {
    return Order.some()
        .of(user)
        .with("customerEmail", email)
        .with(
            "shippingAddress",
            Json.of(
                Map.of(
                    "line1", "1 Main St", "city", "Paris", "postalCode", "75001", "country", "FR")))
        .with("metadata", Json.of(Map.of("note", "a gift for Charles")));
  }

  private Answer erase() {
    String path = user.replace("%", "%25").replace(" ", "%20");
    return service
        .api()
        .post("/api/v1/customers/" + path.replace("ä", "%C3%A4") + "/erase", BECAUSE);
  }

  /** The dead letter whose message had this key, which an operator settles. */
  private static String discardLetterOf(String key) {
    String letter =
        database
            .sql("SELECT dead_letter_id FROM dead_letter WHERE convert_from(key, 'UTF8') = :key")
            .param("key", key)
            .query(String.class)
            .single();
    service.api().post("/api/v1/dead-letters/" + letter + "/discard", BECAUSE).expect(202);
    return letter;
  }

  private List<Map<String, Object>> erasures() {
    return database
        .sql("SELECT actor, reason, ended_at FROM erasure WHERE user_id = :user")
        .param("user", user)
        .query()
        .listOfRows();
  }

  /** Every table that holds this text anywhere. */
  private static List<String> tablesNaming(String text) {
    return database
        .sql(
            """
            SELECT table_name FROM information_schema.tables
            WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY table_name
            """)
        .query(String.class)
        .stream()
        .filter(table -> holds(table, text))
        .toList();
  }

  /** Bytes are searched as the text they may be. */
  private static boolean holds(String table, String text) {
    return database
        .sql(
            "SELECT EXISTS (SELECT FROM "
                + table
                + " t WHERE strpos(t::text, :text) > 0"
                + " OR strpos(t::text, encode(convert_to(:text, 'UTF8'), 'hex')) > 0)")
        .param("text", text)
        .query(Boolean.class)
        .single();
  }

  private static void awaitSent(Payment payment) {
    payment.awaitEvents("payment.initiated", "payment.completed");
    eventually().until(() -> database.sql("SELECT FROM outbox").query().listOfRows().isEmpty());
  }

  private static Stream<String> column(String sql, Payment payment) {
    return database.sql(sql).param("payment", payment.id()).query(String.class).list().stream();
  }

  private static List<String> receipt(Payment payment) {
    String sql =
        "SELECT receipt_url FROM payment WHERE payment_id = :payment AND receipt_url IS NOT NULL";
    return column(sql, payment).toList();
  }

  private static boolean kept(Payment payment) {
    String sql = "SELECT payment_id FROM personal_data WHERE payment_id = :payment";
    return column(sql, payment).findAny().isPresent();
  }

  private static boolean taken(Payment payment, String type) {
    String sql = "SELECT type FROM stripe_event WHERE payment_id = :payment";
    return column(sql, payment).anyMatch(type::equals);
  }

  private static String chargeOf(Payment payment) {
    return service.stripeObject(payment.paymentIntentId()).path("latest_charge").asText();
  }

  private static void age(String table, String column, String which) {
    database
        .sql(
            "UPDATE %s SET %s = now() - %d * interval '1 day' WHERE %s"
                .formatted(table, column, LONG_AGO, which))
        .update();
  }

  /** Has the hour come in which what is old is looked for. */
  private static void remove() {
    database.sql("UPDATE retention_job SET next_at = now()").update();
  }

  private static List<String> left(String from, String id, String run) {
    return database
        .sql("SELECT " + id + " FROM " + from + " ORDER BY 1")
        .query(String.class)
        .stream()
        .filter(found -> found.startsWith(run))
        .map(found -> found.substring(run.length()))
        .sorted()
        .toList();
  }

  private static JsonNode last(JsonNode array) {
    return array.get(array.size() - 1);
  }
}
