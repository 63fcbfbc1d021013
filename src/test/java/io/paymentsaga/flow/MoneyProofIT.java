package io.paymentsaga.flow;

import static io.paymentsaga.flow.PaymentService.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.paymentsaga.sandbox.SandboxEnvironment;
import io.paymentsaga.sandbox.ServiceCommand;
import io.paymentsaga.sandbox.stripe.TestCard;
import io.paymentsaga.sandbox.stripe.WebhookFaults;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The proof of money on the running service: nothing differs after a mixed day; what is planted is
 * found, and what can be repaired is. No sweep helps out: all of them are an hour away.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MoneyProofIT {
  @RegisterExtension static final SandboxEnvironment sandbox = new SandboxEnvironment();

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private static Instant beginning;
  private static PaymentService service;
  private static JdbcClient database;
  private static Payment kept;

  @BeforeAll
  static void start() {
    beginning = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    service =
        PaymentService.start(
            sandbox,
            Map.of(
                "RECONCILE_INTERVAL", "1h",
                "MONEY_PROOF_INTERVAL", "1h",
                "MONEY_PROOF_GRACE", "1s"));
    database = JdbcClient.create(sandbox.database().dataSource());
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  @org.junit.jupiter.api.Order(1)
  void after_a_mixed_day_nothing_differs() {
    kept = service.checkout().paid();
    Payment declined = service.checkout();
    declined.pay(TestCard.DECLINED);
    Payment expired = service.checkout();
    service.stripe().expire(expired.sessionId());
    Payment refunded = service.checkout().paid();
    refunded.refund("{\"amount\":1000}").expect(202);
    Payment late = service.checkout();
    unheard(() -> late.pay(TestCard.PAYS));
    late.cancel().expect(202);
    service.checkout();
    declined.awaitStatus("FAILED");
    expired.awaitSaga("COMPENSATED");
    refunded.awaitStatus("PARTIALLY_REFUNDED");
    late.awaitSaga("COMPENSATED");
    eventually().until(() -> late.show().path("refundedAmount").asLong() == 3000);

    JsonNode totals = prove().path("totals");

    assertThat(totals.path("sessions").asInt()).isEqualTo(6);
    assertThat(totals.path("payments").asInt()).isEqualTo(6);
    assertThat(totals.path("refunds").asInt()).isEqualTo(2);
    assertThat(totals.path("differences").asInt()).isZero();
    assertThat(totals.path("underWay").asInt()).isZero();
    assertThat(totals.at("/sums/USD"))
        .isEqualTo(
            Json.of(
                Map.of(
                    "capturedAtStripe", 9000,
                    "capturedHere", 9000,
                    "refundedAtStripe", 4000,
                    "refundedHere", 4000)));
    assertThat(differences("")).isEmpty();
  }

  @Test
  @org.junit.jupiter.api.Order(2)
  void the_command_finds_nothing_either() {
    ServiceCommand.Result result = command("prove-money", "--from", beginning.toString());

    assertThat(result.output())
        .contains("USD captured    9000 at Stripe, 9000 here", "differences     0");
    assertThat(result.status()).isZero();
  }

  @Test
  @org.junit.jupiter.api.Order(3)
  void what_can_be_repaired_is_repaired() {
    Payment missed = service.checkout();
    unheard(() -> missed.pay(TestCard.PAYS));
    String refund =
        unheard(() -> service.stripe().refund(kept.paymentIntentId(), OptionalLong.of(700)));
    Payment open = service.checkout();
    endByHand(open);

    JsonNode totals = prove().path("totals");

    assertThat(totals.path("differences").asInt()).isEqualTo(3);
    missed.awaitStatus("COMPLETED");
    kept.awaitStatus("PARTIALLY_REFUNDED");
    assertThat(open.session().path("status").asText()).isEqualTo("expired");
    assertThat(found("REPAIRED"))
        .containsOnly(
            Map.entry(missed.id(), "CAPTURE_MISSED " + missed.paymentIntentId()),
            Map.entry(kept.id(), "REFUND_MISSED " + refund),
            Map.entry(open.id(), "SESSION_OPEN " + open.sessionId()));
    assertThat(differences("?state=OPEN")).isEmpty();
    JsonNode repaired = differences("?paymentId=" + missed.id()).get(0);
    assertThat(repaired.at("/evidence/stripe/captured/amount").asLong()).isEqualTo(3000);
    assertThat(repaired.at("/evidence/here/status").asText()).isEqualTo("PENDING");
    assertThat(repaired.at("/actions/0/actor").asText()).isEqualTo("money-proof");
    assertThat(prove().at("/totals/differences").asInt()).isZero();
  }

  @Test
  @org.junit.jupiter.api.Order(4)
  void what_a_human_must_decide_is_reported_with_evidence() throws Exception {
    Payment cheaper = service.checkout().paid();
    update(
        "UPDATE payment SET amount = 2999, captured_amount = 2999 WHERE payment_id = ?", cheaper);
    Payment forged = service.checkout();
    service
        .stripe()
        .quietly(
            () -> {
              service.stripe().expire(forged.sessionId());
              return forged;
            });
    update(
        "UPDATE payment SET status = 'COMPLETED', captured_amount = amount, captured_currency ="
            + " currency, stripe_payment_intent_id = 'pi_forged' WHERE payment_id = ?",
        forged);
    Payment unpaidBack = service.checkout().paid();
    forgeRefund(unpaidBack);
    String stray = strayPaidSession("pay_nowhere");

    JsonNode totals = prove().path("totals");

    assertThat(totals.path("differences").asInt()).isEqualTo(4);
    assertThat(found("OPEN"))
        .containsOnly(
            Map.entry(cheaper.id(), "CAPTURE_DIFFERS " + cheaper.paymentIntentId()),
            Map.entry(forged.id(), "CAPTURE_UNFOUNDED pi_forged"),
            Map.entry(unpaidBack.id(), "REFUND_ABSENT re_forged"),
            Map.entry("pay_nowhere", "SESSION_UNKNOWN " + stray));
    JsonNode differs = differences("?paymentId=" + cheaper.id()).get(0);
    assertThat(differs.at("/evidence/stripe/captured/amount").asLong()).isEqualTo(3000);
    assertThat(differs.at("/evidence/here/captured/amount").asLong()).isEqualTo(2999);
    assertThat(differences("?paymentId=pay_nowhere").get(0).path("proposal").asText())
        .startsWith("Refund pi_");
    assertThat(service.log()).containsOnlyOnce("CAPTURE_DIFFERS " + cheaper.paymentIntentId());
    for (String kind :
        List.of("CAPTURE_DIFFERS", "CAPTURE_UNFOUNDED", "REFUND_ABSENT", "SESSION_UNKNOWN")) {
      awaitMetric(kind, 1);
    }
    awaitMetric("CAPTURE_MISSED", 0);
    ServiceCommand.Result result = command("prove-money", "--from", beginning.toString());
    assertThat(result.output())
        .contains(
            "CAPTURE_DIFFERS " + cheaper.paymentIntentId(),
            "SESSION_UNKNOWN " + stray,
            "differences     4");
    assertThat(result.status()).isEqualTo(1);
  }

  @Test
  @org.junit.jupiter.api.Order(5)
  void an_operator_deals_with_what_is_open() {
    List<JsonNode> open = differences("?state=OPEN");
    assertThat(open).hasSize(4);
    for (JsonNode difference : open) {
      String path = "/api/v1/differences/" + difference.path("id").asText();
      service.api().post(path + "/repair", "{\"reason\":\"try\"}").expect(409);
      service.api().post(path + "/settle", "{}").expect(400);
      service.apiFor("usr_7", "payments:read").post(path + "/settle", "{}").expect(403);
      service.api().post(path + "/settle", "{\"reason\":\"made good at Stripe\"}").expect(202);
      JsonNode settled =
          service.api().post(path + "/settle", "{\"reason\":\"again\"}").expect(202).json();
      assertThat(settled.path("state").asText()).isEqualTo("SETTLED");
      assertThat(settled.path("actions")).hasSize(1);
    }

    awaitMetric("CAPTURE_DIFFERS", 0);
    prove();
    assertThat(differences("?state=OPEN")).isEmpty();
    assertThat(differences("?state=SETTLED")).hasSize(4);
    service.api().post("/api/v1/differences/none/repair", "{\"reason\":\"x\"}").expect(404);
  }

  @Test
  @org.junit.jupiter.api.Order(6)
  void a_proof_that_cannot_be_made_says_so() {
    assertThat(command("prove-money").status()).isEqualTo(2);
    service
        .api()
        .post("/api/v1/money-proofs", "{\"from\":\"2999-01-01T00:00:00Z\",\"reason\":\"x\"}")
        .expect(400);
    service.api().post("/api/v1/money-proofs", "{\"from\":\"yesterday\"}").expect(400);
    service.api().get("/api/v1/money-proofs/none").expect(404);
    assertThat(Payment.texts(service.api().get("/api/v1/money-proofs").json().path("items"), "id"))
        .contains("soon", "day", "month");
  }

  private static JsonNode prove() {
    awaitGrace();
    String path =
        service
            .api()
            .post(
                "/api/v1/money-proofs",
                Json.of(Map.of("from", beginning.toString(), "reason", "test")).toString())
            .expect(202)
            .header("Location")
            .orElseThrow();
    eventually().until(() -> !service.api().get(path).expect(200).json().path("endedAt").isNull());
    return service.api().get(path).json();
  }

  private static List<JsonNode> differences(String query) {
    JsonNode items =
        service.api().get("/api/v1/differences" + query).expect(200).json().path("items");
    return StreamSupport.stream(items.spliterator(), false).toList();
  }

  /** What is in this state: the kind and the object, by payment. */
  private static Map<String, String> found(String state) {
    return differences("?state=" + state).stream()
        .collect(
            Collectors.toMap(
                each -> each.path("paymentId").asText(),
                each -> each.path("kind").asText() + " " + each.path("stripeObject").asText()));
  }

  /** What happens while no webhook is sent. */
  private static <T> T unheard(Supplier<T> happening) {
    service.stripe().mischief().onWebhooks(WebhookFaults.NONE.losing());
    try {
      return happening.get();
    } finally {
      service.stripe().mischief().behave();
    }
  }

  /** As if somebody had ended the payment in the database, and forgotten its session. */
  private static void endByHand(Payment payment) {
    update(
        "UPDATE payment SET status = 'CANCELLED', closing = 'CANCELLED' WHERE payment_id = ?",
        payment);
    String saga = "WHERE saga_id = (SELECT saga_id FROM payment WHERE payment_id = ?)";
    update("UPDATE saga SET state = 'COMPENSATING' " + saga, payment);
    update(
        "UPDATE saga SET state = 'COMPENSATED', ended_at = now(), due_at = NULL " + saga, payment);
  }

  private static void forgeRefund(Payment payment) {
    update(
        "INSERT INTO refund (refund_id, payment_id, amount, status, stripe_refund_id, created_at,"
            + " updated_at) SELECT 'forged', payment_id, 500, 'SUCCEEDED', 're_forged', now(),"
            + " now() FROM payment WHERE payment_id = ?",
        payment);
    update(
        "UPDATE payment SET status = 'PARTIALLY_REFUNDED', refund_reserved = 500, refunded_amount ="
            + " 500 WHERE payment_id = ?",
        payment);
  }

  private static void update(String statement, Payment payment) {
    assertThat(database.sql(statement).param(payment.id()).update()).isOne();
  }

  /** A session somebody made at Stripe directly, with metadata like this service's, and paid. */
  private static String strayPaidSession(String paymentId) throws Exception {
    Map<String, String> form =
        Map.of(
            "mode", "payment",
            "success_url", "https://shop.example/ok",
            "metadata[paymentId]", paymentId,
            "payment_intent_data[metadata][paymentId]", paymentId,
            "line_items[0][quantity]", "1",
            "line_items[0][price_data][currency]", "usd",
            "line_items[0][price_data][unit_amount]", "4200",
            "line_items[0][price_data][product_data][name]", "Mug");
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(service.stripe().baseUrl() + "/v1/checkout/sessions"))
            .header("Authorization", "Bearer " + service.stripe().secretKey())
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(encoded(form)))
            .build();
    String session =
        Json.read(CLIENT.send(request, BodyHandlers.ofString()).body()).path("id").asText();
    service.stripe().pay(session, TestCard.PAYS);
    return session;
  }

  private static String encoded(Map<String, String> form) {
    return form.entrySet().stream()
        .map(
            field ->
                URLEncoder.encode(field.getKey(), StandardCharsets.UTF_8)
                    + "="
                    + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  /** Stripe counts in whole seconds, and the grace time is one. */
  private static void awaitGrace() {
    Instant planted = Instant.now();
    eventually().until(() -> Instant.now().isAfter(planted.plusSeconds(2)));
  }

  private static void awaitMetric(String kind, int value) {
    String line = "money_differences{kind=\"%s\"} %d.0".formatted(kind, value);
    eventually()
        .untilAsserted(
            () -> assertThat(service.api("").get("/metrics").response().body()).contains(line));
  }

  private static ServiceCommand.Result command(String... arguments) {
    Map<String, String> environment = new HashMap<>(sandbox.serviceEnvironment());
    environment.putAll(service.stripe().serviceEnvironment());
    environment.put("MONEY_PROOF_GRACE", "1s");
    return ServiceCommand.run(environment, arguments);
  }
}
