package io.paymentsaga.flow;

import static io.paymentsaga.flow.PaymentService.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.paymentsaga.sandbox.SandboxEnvironment;
import io.paymentsaga.sandbox.stripe.ApiFault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

class StripeTroubleIT {
  private static final String OPEN = "POST /v1/checkout/sessions";
  private static final String EXPIRE = "POST /v1/checkout/sessions/.*/expire";

  @RegisterExtension static final SandboxEnvironment sandbox = new SandboxEnvironment();
  private static PaymentService service;
  private static JdbcClient database;

  @BeforeAll
  static void start() {
    database = JdbcClient.create(sandbox.database().dataSource());
    service =
        PaymentService.start(
            sandbox,
            Map.of("SAGA_COMPENSATION_ATTEMPTS", "4", "SAGA_COMPENSATION_BACKOFF", "300ms"));
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @AfterEach
  void behave() {
    service.stripe().mischief().behave();
    service.stripe().restart();
    awaitTrust();
  }

  /** What a test has the service think of Stripe must not trouble the next one. */
  private static void awaitTrust() {
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(() -> service.api().checkout(Order.some()).expect(201));
  }

  @Test
  void a_checkout_that_stripe_refuses_for_what_the_caller_sent_is_the_callers_fault() {
    Order order = Order.some().costing(1);

    service.api().checkout(order).expect(422);

    assertRolledBack(order);
  }

  @Test
  void a_checkout_that_stripe_refuses_for_another_reason_is_not_the_callers_fault() {
    Order order = Order.some();
    inject(ApiFault.refuse(401, "invalid_request_error").onCalls(OPEN));

    service.api().checkout(order).expect(502);

    assertRolledBack(order);
  }

  @Test
  void a_payment_that_was_never_announced_is_told_to_have_failed() {
    Order order = Order.some();
    inject(ApiFault.refuse(402, "card_error").onCalls(OPEN));

    service.api().checkout(order).expect(422);

    Payment payment = assertRolledBack(order);
    payment.awaitEvents("payment.failed", "saga.payment.rollback.complete");
  }

  @Test
  void while_stripe_is_unreachable_a_checkout_may_be_tried_again_later() {
    Order order = Order.some();
    service.stripe().stop();

    Answer answer = service.api().checkout(order).expect(503);
    service.stripe().restart();

    assertThat(answer.header("Retry-After"))
        .hasValueSatisfying(after -> assertThat(after).matches("\\d+"));
    assertRolledBack(order);
    service.checkout(order).paid();
  }

  @Test
  void a_dead_stripe_is_soon_an_honest_503_at_once_while_what_must_be_undone_waits() {
    Payment called = service.checkout();
    int logged = service.log().length();
    service.stripe().stop();
    called.cancel().expect(202);
    List<Order> tried = new ArrayList<>();
    eventually()
        .untilAsserted(
            () -> {
              tried.add(Order.some());
              service.api().checkout(tried.get(tried.size() - 1)).expect(503);
              assertThat(health().path("status").asText()).isEqualTo("degraded");
            });

    Order refused = Order.some();
    long begin = System.nanoTime();
    Answer answer = service.api().checkout(refused).expect(503);
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofMillis(400));
    assertThat(answer.header("Retry-After").orElseThrow()).matches("[1-5]");
    assertThat(answer.text("detail")).contains("Stripe does not answer");
    assertThat(service.api().get("/api/v1/payments?orderId=" + refused.id()).json().at("/items"))
        .isEmpty();

    service.stripe().restart();
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(() -> service.api().checkout(refused).expect(201));
    called.awaitStatus("CANCELLED");
    tried.forEach(StripeTroubleIT::assertRolledBack);
    assertThat(health().path("status").asText()).isEqualTo("healthy");
    assertThat(service.log().substring(logged))
        .containsOnlyOnce("Stripe does not answer: checkouts are refused")
        .containsOnlyOnce("Stripe answers again");
  }

  @Test
  void a_key_stripe_refuses_stops_checkouts_before_they_store_anything_and_uses_up_no_attempts() {
    Payment called = service.checkout();
    inject(ApiFault.refuse(401, "invalid_request_error"));

    service.api().checkout(Order.some()).expect(502);
    called.cancel().expect(202);
    Order refused = Order.some();
    Answer answer = service.api().checkout(refused).expect(503);

    assertThat(answer.header("Retry-After").orElseThrow()).matches("\\d+");
    assertThat(answer.text("detail")).contains("Stripe lets no checkout in");
    assertThat(service.api().get("/api/v1/payments?orderId=" + refused.id()).json().at("/items"))
        .isEmpty();
    assertThat(health().path("status").asText()).isEqualTo("degraded");
    // More often than there are attempts.
    for (int tries = 0; tries < 5; tries++) {
      int before = service.stripe().apiCalls().size();
      dueNow(called);
      await().atMost(Duration.ofSeconds(8)).until(() -> isTriedOrWaits(called, before));
    }
    assertThat(called.saga().path("state").asText()).isEqualTo("COMPENSATING");

    service.stripe().mischief().behave();
    await()
        .atMost(Duration.ofSeconds(25))
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(
            () -> {
              dueNow(called);
              service.api().checkout(refused).expect(201);
            });
    called.awaitStatus("CANCELLED");
    awaitHealth("healthy");
  }

  @Test
  void a_key_that_may_not_refund_stops_no_checkout() {
    Payment payment = service.checkout().paid();
    inject(ApiFault.refuse(403, "invalid_request_error").onCalls(".* /v1/refunds.*"));

    payment.refund("{}").expect(202);

    eventually()
        .untilAsserted(() -> assertThat(health().path("status").asText()).isEqualTo("degraded"));
    for (int each = 0; each < 12; each++) {
      refundsDueNow();
      service.checkout();
    }
    service.stripe().mischief().behave();
    refundsDueNow();
    payment.awaitStatus("REFUNDED");
    awaitHealth("healthy");
  }

  @Test
  void money_that_stays_under_way_stands_before_an_operator_though_no_look_succeeds() {
    Payment payment = service.checkout();
    service.stripe().payByBankDebit(payment.sessionId());
    payment.awaitStatus("PROCESSING");
    inject(ApiFault.refuse(404, "invalid_request_error").onCalls("GET .*"));

    change(payment, "deadline = now() - interval '1 second', due_at = now()");

    payment.awaitSaga("FAILED");
  }

  @Test
  void a_session_stripe_refuses_to_tell_of_stands_before_an_operator_once_it_is_over() {
    Payment payment = service.checkout();
    inject(ApiFault.refuse(404, "invalid_request_error").onCalls("GET .*"));

    change(payment, "deadline = now() - interval '1 second', due_at = now()");

    payment.awaitSaga("FAILED");
    assertThat(payment.status()).isEqualTo("PENDING");
  }

  @Test
  void money_under_way_that_holds_up_a_rollback_for_weeks_stands_before_an_operator() {
    Payment payment = service.checkout();
    service.stripe().payByBankDebit(payment.sessionId());
    payment.awaitStatus("PROCESSING");
    payment.cancel().expect(202);
    payment.awaitSaga("COMPENSATING");

    change(payment, "since = now() - interval '22 days', due_at = now()");

    payment.awaitSaga("FAILED");
    assertThat(payment.saga().path("errors").toString()).contains("too long");
  }

  private static void awaitHealth(String status) {
    eventually()
        .untilAsserted(() -> assertThat(health().path("status").asText()).isEqualTo(status));
  }

  private static boolean isTriedOrWaits(Payment payment, int callsBefore) {
    return service.stripe().apiCalls().size() > callsBefore || !isDue(payment);
  }

  private static void refundsDueNow() {
    database
        .sql("UPDATE saga SET due_at = now() WHERE kind = 'refund' AND due_at IS NOT NULL")
        .update();
  }

  private static void dueNow(Payment payment) {
    change(payment, "due_at = now()");
  }

  /** What time alone would bring: changes columns of the payment's saga, while it has not ended. */
  private static void change(Payment payment, String columns) {
    database
        .sql("UPDATE saga SET " + columns + " WHERE saga_id = :saga AND due_at IS NOT NULL")
        .param("saga", payment.saga().path("sagaId").asText())
        .update();
  }

  private static boolean isDue(Payment payment) {
    return database
        .sql("SELECT coalesce(due_at <= now(), false) FROM saga WHERE saga_id = :saga")
        .param("saga", payment.saga().path("sagaId").asText())
        .query(Boolean.class)
        .single();
  }

  private static JsonNode health() {
    return service.api("").get("/health").json();
  }

  @Test
  void while_stripe_asks_for_fewer_calls_a_checkout_may_be_tried_again_later() {
    Order order = Order.some();
    inject(ApiFault.rateLimited(Duration.ofSeconds(3)).onCalls(OPEN).times(1));

    Answer answer = service.api().checkout(order).expect(503);
    Answer next = service.api().checkout(Order.some()).expect(503);

    assertThat(answer.header("Retry-After")).hasValue("3");
    assertThat(next.header("Retry-After").orElseThrow()).matches("[23]");
    assertThat(next.text("detail")).contains("Stripe asks for patience");
    assertRolledBack(order);
  }

  @Test
  void a_checkout_is_answered_within_thirty_seconds_however_slow_stripe_is() {
    Order order = Order.some();
    inject(ApiFault.delayActing(Duration.ofSeconds(9)).onCalls(OPEN).times(1));
    long begin = System.nanoTime();

    service.api().checkout(order).expect(503);

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
    assertRolledBack(order);
    assertNothingOpen(order.id());
  }

  @Test
  void a_session_nobody_has_heard_of_is_closed() {
    Order order = Order.some();
    inject(ApiFault.closeAfterActing().onCalls(OPEN).times(1));

    service.api().checkout(order).expect(503);

    assertRolledBack(order);
    assertThat(service.sessionsAtStripe(order.id())).hasSize(1);
    assertNothingOpen(order.id());
  }

  @Test
  void a_session_that_stripe_opened_and_then_failed_over_is_closed() {
    Order order = Order.some();
    inject(ApiFault.failAfterActing(500).onCalls(OPEN).times(2).notRemembered());

    service.api().checkout(order).expect(503);

    assertRolledBack(order);
    assertNothingOpen(order.id());
  }

  @Test
  void a_session_that_cannot_be_closed_waits_for_an_operator_who_has_it_tried_again() {
    Payment payment = service.checkout();
    inject(ApiFault.refuse(500, "api_error").onCalls(EXPIRE));

    payment.cancel().expect(202);

    payment.awaitSaga("FAILED");
    JsonNode saga = payment.saga();
    assertThat(saga.path("stuck").asBoolean()).isTrue();
    assertThat(Payment.texts(saga.path("compensations"), "status"))
        .containsExactly("COMPLETED", "FAILED");
    assertThat(saga.at("/compensations/1/attempts").asInt()).isEqualTo(4);
    assertThat(saga.at("/compensations/1/error").asText()).isNotEmpty();
    assertThat(saga.path("errors")).hasSize(1);
    assertThat(payment.status()).isEqualTo("PENDING");
    payment.awaitEvents("payment.initiated", "saga.payment.compensate");
    eventually()
        .untilAsserted(
            () ->
                assertThat(service.api("").get("/health").json().at("/sagas/stuck").asInt())
                    .isPositive());

    service.stripe().mischief().behave();
    service
        .api()
        .post(
            "/api/v1/sagas/" + saga.path("sagaId").asText() + "/retry",
            "{\"reason\":\"Stripe is back\"}")
        .expect(202);

    payment.awaitStatus("CANCELLED");
    payment.awaitSaga("COMPENSATED");
    assertNothingOpen(payment.orderId());
  }

  @Test
  void a_session_behind_a_failure_that_stripe_remembers_is_looked_for_and_closed() {
    Order order = Order.some();
    inject(ApiFault.failAfterActing(500).onCalls(OPEN).times(1));

    service.api().checkout(order).expect(503);

    assertRolledBack(order);
    assertThat(service.sessionsAtStripe(order.id())).hasSize(1);
    assertNothingOpen(order.id());
  }

  @Test
  void a_stripe_that_asks_for_patience_uses_up_nobodys() {
    Payment payment = service.checkout();
    inject(ApiFault.rateLimited(Duration.ofSeconds(1)).onCalls(EXPIRE).times(5));

    payment.cancel().expect(202);

    payment.awaitStatus("CANCELLED");
    payment.awaitSaga("COMPENSATED");
    assertThat(payment.saga().at("/compensations/1/attempts").asInt()).isEqualTo(1);
  }

  @Test
  void a_session_that_could_not_be_closed_at_first_is_closed_in_the_end() {
    Payment payment = service.checkout();
    inject(ApiFault.refuse(503, "api_error").onCalls(EXPIRE).times(3));

    payment.cancel().expect(202);

    payment.awaitStatus("CANCELLED");
    payment.awaitSaga("COMPENSATED");
    assertNothingOpen(payment.orderId());
  }

  private static void inject(ApiFault fault) {
    service.stripe().mischief().inject(fault);
  }

  /** Everything is undone and the order is free again. */
  private static Payment assertRolledBack(Order order) {
    Payment payment = service.paymentOf(order);
    payment.awaitStatus("FAILED");
    payment.awaitSaga("COMPENSATED");
    assertThat(payment.show().path("capturedAmount").asLong()).isZero();
    return payment;
  }

  private static void assertNothingOpen(String orderId) {
    assertThat(service.sessionsAtStripe(orderId))
        .extracting(session -> session.getString("status"))
        .containsOnly("expired");
  }
}
