package io.paymentsaga.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.paymentsaga.sandbox.SandboxEnvironment;
import io.paymentsaga.sandbox.stripe.PaymentAttempt.Outcome;
import io.paymentsaga.sandbox.stripe.TestCard;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CheckoutIT {
  @RegisterExtension static final SandboxEnvironment sandbox = new SandboxEnvironment();
  private static PaymentService service;

  @BeforeAll
  static void start() {
    service = PaymentService.start(sandbox);
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void a_checkout_answers_where_the_customer_pays() {
    Order order = Order.some();

    Answer answer = service.api().checkout(order).expect(201);

    JsonNode created = answer.json();
    assertThat(created.path("orderId").asText()).isEqualTo(order.id());
    assertThat(created.path("status").asText()).isEqualTo("PENDING");
    assertThat(created.path("amount").asLong()).isEqualTo(Order.AMOUNT);
    assertThat(created.path("currency").asText()).isEqualTo("USD");
    assertThat(created.path("sagaId").asText()).isNotEmpty();
    assertThat(created.path("stripeSessionId").asText()).startsWith("cs_");
    assertThat(created.path("checkoutUrl").asText())
        .startsWith(service.stripe().baseUrl().toString());
    assertThat(Instant.parse(created.path("expiresAt").asText()))
        .isBetween(
            Instant.now().plus(34, ChronoUnit.MINUTES), Instant.now().plus(35, ChronoUnit.MINUTES));
    assertThat(answer.header("Location"))
        .hasValue("/api/v1/payments/" + created.path("paymentId").asText());
    assertThat(answer.header("X-Correlation-Id")).hasValue(answer.text("correlationId"));
  }

  @Test
  void a_paid_checkout_completes_once_and_tells_the_others() {
    Payment payment = service.checkout();

    assertThat(payment.pay(TestCard.PAYS).outcome()).isEqualTo(Outcome.PAID);

    payment.awaitStatus("COMPLETED");
    payment.awaitEvents("payment.initiated", "payment.completed");
    JsonNode shown = payment.show();
    assertThat(shown.path("capturedAmount").asLong()).isEqualTo(Order.AMOUNT);
    assertThat(shown.path("refundedAmount").asLong()).isZero();
    assertThat(shown.path("stripePaymentIntentId").asText()).isEqualTo(payment.paymentIntentId());
    assertThat(shown.path("completedAt").asText()).isNotEmpty();
  }

  @Test
  void an_event_carries_the_whole_envelope() {
    Payment payment = service.checkout().paid();
    payment.awaitEvents("payment.initiated", "payment.completed");
    JsonNode shown = payment.show();

    Event completed = payment.event("payment.completed");

    JsonNode envelope = completed.value();
    assertThat(envelope.path("service").asText()).isEqualTo("payment-service");
    assertThat(envelope.path("version").asText()).isEqualTo("1.0.0");
    assertThat(envelope.path("sequence").asLong()).isEqualTo(2);
    assertThat(Instant.parse(envelope.path("timestamp").asText())).isBefore(Instant.now());
    ObjectNode data = completed.data().deepCopy();
    // Comes with a webhook of its own, which may be later.
    data.remove("receiptUrl");
    assertThat(data)
        .isEqualTo(
            Json.of(
                Map.of(
                    "paymentId", payment.id(),
                    "orderId", payment.orderId(),
                    "userId", "usr_7",
                    "amount", Order.AMOUNT,
                    "currency", "USD",
                    "stripePaymentIntentId", payment.paymentIntentId(),
                    "completedAt", shown.path("completedAt").asText())));
    assertThat(completed.metadata().path("correlationId")).isEqualTo(shown.path("correlationId"));
    assertThat(completed.metadata().path("userId").asText()).isEqualTo("usr_7");
    assertThat(completed.metadata().path("causationId").asText()).startsWith("evt_");
  }

  @Test
  void an_event_carries_its_attributes_in_the_headers() {
    Payment payment = service.checkout();
    payment.awaitEvents("payment.initiated");

    Event initiated = payment.event("payment.initiated");

    assertThat(initiated.record().topic()).isEqualTo(sandbox.topicPrefix() + "payment.initiated");
    assertThat(initiated.key()).isEqualTo(payment.orderId());
    assertThat(initiated.header("ce_id")).isEqualTo(initiated.id());
    assertThat(initiated.header("ce_type")).isEqualTo("payment.initiated");
    assertThat(initiated.header("ce_source")).isNotEmpty();
    assertThat(initiated.header("ce_specversion")).isEqualTo("1.0");
    assertThat(Instant.parse(initiated.header("ce_time"))).isBefore(Instant.now());
    assertThat(initiated.header("ce_subject")).isEqualTo(payment.id());
    assertThat(initiated.header("content-type")).isEqualTo("application/json");
    assertThat(initiated.header("correlationId"))
        .isEqualTo(payment.show().path("correlationId").asText());
    assertThat(initiated.header("traceparent")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");
  }

  @Test
  void the_saga_of_a_paid_checkout_shows_its_three_steps() {
    Payment payment = service.checkout().paid();

    payment.awaitSaga("COMPLETED");
    JsonNode saga = payment.saga();
    assertThat(Payment.texts(saga.path("steps"), "name"))
        .containsExactly("create-payment", "open-checkout-session", "announce-payment");
    assertThat(Payment.texts(saga.path("steps"), "status")).containsOnly("COMPLETED");
    assertThat(saga.path("compensations")).isEmpty();
    assertThat(saga.path("errors")).isEmpty();
    assertThat(saga.path("kind").asText()).isEqualTo("payment");
    assertThat(saga.path("stuck").asBoolean()).isFalse();
    assertThat(saga.path("endedAt").asText()).isNotEmpty();
  }

  @Test
  void a_declined_card_is_rolled_back_last_step_first() {
    Payment payment = service.checkout();

    assertThat(payment.pay(TestCard.INSUFFICIENT_FUNDS).outcome()).isEqualTo(Outcome.DECLINED);

    payment.awaitStatus("FAILED");
    payment.awaitSaga("COMPENSATED");
    payment.awaitEvents(
        "payment.initiated",
        "saga.payment.compensate",
        "payment.failed",
        "saga.payment.rollback.complete");
    JsonNode compensations = payment.saga().path("compensations");
    assertThat(Payment.texts(compensations, "name"))
        .containsExactly("announce-rollback", "close-checkout-session", "cancel-payment");
    assertThat(Payment.texts(compensations, "step"))
        .containsExactly("announce-payment", "open-checkout-session", "create-payment");
    assertThat(Payment.texts(compensations, "status")).containsOnly("COMPLETED");
  }

  @Test
  void nothing_is_captured_of_a_declined_card_and_its_session_is_closed() {
    Payment payment = service.checkout();

    payment.pay(TestCard.DECLINED);

    payment.awaitStatus("FAILED");
    assertThat(payment.session().path("status").asText()).isEqualTo("expired");
    assertThat(payment.show().path("capturedAmount").asLong()).isZero();
    assertThat(payment.show().path("attempts").asInt()).isEqualTo(1);
    assertThat(payment.pay(TestCard.PAYS).outcome()).isEqualTo(Outcome.REFUSED);
  }

  @Test
  void the_events_of_a_declined_card_say_why() {
    Payment payment = service.checkout();

    payment.pay(TestCard.INSUFFICIENT_FUNDS);

    payment.awaitSaga("COMPENSATED");
    payment.awaitEvents(
        "payment.initiated",
        "saga.payment.compensate",
        "payment.failed",
        "saga.payment.rollback.complete");
    JsonNode failed = payment.event("payment.failed").data();
    assertThat(failed.path("declineCode").asText()).isEqualTo("insufficient_funds");
    assertThat(failed.path("failureReason").asText()).isNotEmpty();
    assertThat(failed.path("retryable").asBoolean()).isTrue();
    assertThat(failed.path("failedAt").asText()).isNotEmpty();
    JsonNode compensate = payment.event("saga.payment.compensate").data();
    assertThat(compensate.path("sagaId")).isEqualTo(payment.show().path("sagaId"));
    assertThat(compensate.path("action").asText()).isEqualTo("mark_payment_failed");
    JsonNode complete = payment.event("saga.payment.rollback.complete").data();
    assertThat(complete.path("outcome").asText()).isEqualTo("compensated");
  }

  @Test
  void a_session_that_expires_cancels_the_payment() {
    Payment payment = service.checkout();

    service.stripe().expire(payment.sessionId());

    payment.awaitStatus("CANCELLED");
    payment.awaitSaga("COMPENSATED");
    payment.awaitEvents(
        "payment.initiated",
        "saga.payment.compensate",
        "payment.cancelled",
        "saga.payment.rollback.complete");
    JsonNode cancelled = payment.event("payment.cancelled").data();
    assertThat(cancelled.path("cancelReason").asText()).isEqualTo("expired");
    assertThat(cancelled.path("previousStatus").asText()).isEqualTo("PENDING");
    assertThat(cancelled.path("cancelledAt").asText()).isNotEmpty();
  }

  @Test
  void a_customer_cancels_an_unpaid_payment() {
    Payment payment = service.checkout();
    Api customer = service.apiFor("usr_7", "payments:own");

    customer.post(payment.path() + "/cancel", "{\"reason\":\"too dear\"}").expect(202);

    payment.awaitStatus("CANCELLED");
    payment.awaitSaga("COMPENSATED");
    assertThat(payment.show().path("cancelReason").asText()).isEqualTo("too dear");
    assertThat(payment.session().path("status").asText()).isEqualTo("expired");
  }

  @Test
  void a_paid_payment_cannot_be_cancelled() {
    Payment payment = service.checkout().paid();

    payment.cancel().expect(409);

    assertThat(payment.status()).isEqualTo("COMPLETED");
  }

  @Test
  void a_bank_debit_is_processing_until_the_bank_has_decided() {
    Payment payment = service.checkout();

    service.stripe().payByBankDebit(payment.sessionId());
    payment.awaitStatus("PROCESSING");
    service.stripe().settle(payment.paymentIntentId(), true);

    payment.awaitStatus("COMPLETED");
    payment.awaitEvents("payment.initiated", "payment.processing", "payment.completed");
  }

  @Test
  void a_bank_debit_that_is_returned_is_rolled_back() {
    Payment payment = service.checkout();

    service.stripe().payByBankDebit(payment.sessionId());
    payment.awaitStatus("PROCESSING");
    service.stripe().settle(payment.paymentIntentId(), false);

    payment.awaitStatus("FAILED");
    payment.awaitSaga("COMPENSATED");
    payment.awaitEvents(
        "payment.initiated",
        "payment.processing",
        "saga.payment.compensate",
        "payment.failed",
        "saga.payment.rollback.complete");
  }

  @Test
  void an_order_has_one_live_payment() {
    Order order = Order.some();
    Payment payment = service.checkout(order);

    Answer second = service.api().checkout(order).expect(409);

    assertThat(second.text("paymentId")).isEqualTo(payment.id());
    assertThat(service.sessionsAtStripe(order.id())).hasSize(1);
  }

  @Test
  void two_checkouts_of_one_order_at_once_are_one_and_the_other_is_told_which() {
    for (int round = 0; round < 5; round++) {
      Order order = Order.some();
      List<CompletableFuture<Answer>> calls =
          Stream.generate(() -> CompletableFuture.supplyAsync(() -> service.api().checkout(order)))
              .limit(2)
              .toList();

      List<Answer> answers = calls.stream().map(CompletableFuture::join).toList();

      assertThat(answers).extracting(Answer::status).containsExactlyInAnyOrder(201, 409);
      assertThat(answers)
          .extracting(answer -> answer.text("paymentId"))
          .containsOnly(service.paymentOf(order).id());
    }
  }

  @Test
  void the_live_payment_of_another_customer_is_not_told() {
    Order order = Order.some();
    service.checkout(order);
    Api stranger = service.apiFor("usr_8", "payments:own");

    Answer answer = stranger.checkout(order.of("usr_8")).expect(409);

    assertThat(answer.json().has("paymentId")).isFalse();
  }

  @Test
  void an_order_whose_payment_failed_is_paid_by_another_checkout() {
    Order order = Order.some();
    Payment first = service.checkout(order);
    first.pay(TestCard.DECLINED);
    first.awaitStatus("FAILED");

    Payment second = service.checkout(order).paid();

    assertThat(second.id()).isNotEqualTo(first.id());
    assertThat(first.status()).isEqualTo("FAILED");
  }

  @Test
  void every_fault_of_a_request_is_told_at_once() {
    Order faulty = Order.some().without("userId").with("currency", "XXX").with("currancy", "USD");

    Answer answer = service.api().checkout(faulty).expect(400);

    assertThat(answer.header("Content-Type")).hasValue("application/problem+json");
    assertThat(answer.text("correlationId")).isEqualTo(answer.header("X-Correlation-Id").get());
    assertThat(Payment.texts(answer.json().path("errors"), "pointer"))
        .containsExactlyInAnyOrder("/userId", "/currency", "/currancy");
  }

  @Test
  void a_call_without_a_valid_token_is_unauthorized() {
    assertThat(service.api("").checkout(Order.some()).status()).isEqualTo(401);
    assertThat(service.api("forged").checkout(Order.some()).status()).isEqualTo(401);
    assertThat(service.api("").get("/api/v1/payments").header("WWW-Authenticate")).isPresent();
  }

  @Test
  void a_call_without_the_scope_is_forbidden() {
    Payment payment = service.checkout();

    service.apiFor("svc", "payments:read").checkout(Order.some()).expect(403);
    service.apiFor("svc", "payments:write").get(payment.path()).expect(403);
    service.apiFor("svc", "payments:write").post(payment.path() + "/refunds", "{}").expect(403);
    service.apiFor("svc").get(payment.path()).expect(403);
  }

  @Test
  void a_customer_sees_and_makes_only_payments_of_its_own() {
    Payment payment = service.checkout();
    Api owner = service.apiFor("usr_7", "payments:own");
    Api stranger = service.apiFor("usr_8", "payments:own");

    owner.get(payment.path()).expect(200);
    owner.get(payment.path() + "/saga").expect(200);
    stranger.get(payment.path()).expect(404);
    stranger.get(payment.path() + "/saga").expect(404);
    stranger.post(payment.path() + "/cancel", "{}").expect(404);
    stranger.checkout(Order.some()).expect(403);
    stranger.get("/api/v1/payments?userId=usr_7").expect(403);
    owner.post(payment.path() + "/refunds", "{}").expect(403);
    assertThat(payment.status()).isEqualTo("PENDING");
  }

  @Test
  void a_customers_list_holds_its_own_payments_only() {
    Payment others = service.checkout();
    Payment own = service.checkout(Order.some().of("usr_own"));

    JsonNode list =
        service.apiFor("usr_own", "payments:own").get("/api/v1/payments").expect(200).json();

    assertThat(Payment.texts(list.path("items"), "paymentId"))
        .contains(own.id())
        .doesNotContain(others.id());
  }

  @Test
  void an_unknown_payment_is_not_found() {
    service.api().get("/api/v1/payments/unknown").expect(404);
    service.api().get("/api/v1/payments/unknown/saga").expect(404);
    service.api().post("/api/v1/payments/unknown/cancel", "{}").expect(404);
    service.api().post("/api/v1/payments/unknown/refunds", "{}").expect(404);
  }

  @Test
  void a_list_is_filtered_and_turned_page_by_page_newest_first() {
    Payment first = service.checkout(Order.some().of("usr_list"));
    Payment second = service.checkout(Order.some().of("usr_list")).paid();
    Payment third = service.checkout(Order.some().of("usr_list"));

    assertThat(listed("userId=usr_list")).containsExactly(third.id(), second.id(), first.id());
    assertThat(listed("userId=usr_list&status=COMPLETED")).containsExactly(second.id());
    assertThat(listed("orderId=" + first.orderId())).containsExactly(first.id());
    JsonNode page = page("userId=usr_list&limit=2");
    assertThat(Payment.texts(page.path("items"), "paymentId"))
        .containsExactly(third.id(), second.id());
    String cursor = page.path("nextCursor").asText();
    JsonNode last = page("userId=usr_list&limit=2&cursor=" + cursor);
    assertThat(Payment.texts(last.path("items"), "paymentId")).containsExactly(first.id());
    assertThat(last.path("nextCursor").isTextual()).isFalse();
  }

  @Test
  void a_list_of_large_payments_comes_in_small_pages() {
    Order large = Order.some().of("usr_large").without("amount").with("items", largeItems());
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      Order order = large.with("orderId", "ord_" + UUID.randomUUID());
      made.add(0, service.checkout(order).id());
    }

    List<String> seen = new ArrayList<>();
    String cursor = "";
    do {
      Answer answer =
          service.api().get("/api/v1/payments?userId=usr_large&limit=200" + cursor).expect(200);
      assertThat(answer.response().body().getBytes(StandardCharsets.UTF_8).length)
          .isLessThan(1024 * 1024 + 200);
      seen.addAll(Payment.texts(answer.json().path("items"), "paymentId"));
      JsonNode next = answer.json().path("nextCursor");
      cursor = next.isTextual() ? "&cursor=" + next.asText() : "";
    } while (!cursor.isEmpty());
    assertThat(seen).isEqualTo(made);
  }

  /** Some 130 KiB. */
  private static JsonNode largeItems() {
    Map<String, Object> item =
        Map.of(
            "productId",
            "\uD83C\uDF81".repeat(255),
            "productName",
            "m".repeat(250),
            "quantity",
            1,
            "unitAmount",
            100);
    return Json.of(Map.of("items", Collections.nCopies(100, item))).path("items");
  }

  @Test
  void a_list_is_bounded_by_time() {
    Payment early = service.checkout(Order.some().of("usr_time"));
    Payment late = service.checkout(Order.some().of("usr_time"));
    String earlyAt = early.show().path("createdAt").asText();
    String lateAt = late.show().path("createdAt").asText();

    assertThat(listed("userId=usr_time&from=" + earlyAt + "&to=" + lateAt))
        .containsExactly(early.id());
    assertThat(listed("userId=usr_time&from=" + lateAt)).containsExactly(late.id());
    assertThat(
            listed("userId=usr_time&from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59.999999999Z"))
        .containsExactly(late.id(), early.id());
    service.api().get("/api/v1/payments?from=0000-12-31T23:59:59Z").expect(400);
    service.api().get("/api/v1/payments?to=9999-12-31T23:59:59-05:00").expect(400);
  }

  @Test
  void the_statistics_count_each_payment_by_what_has_become_of_it() {
    Payment payment = service.checkout().paid();
    String from = payment.show().path("createdAt").asText();

    payment.refund("{\"amount\":1000}").expect(202);
    payment.awaitStatus("PARTIALLY_REFUNDED");
    JsonNode items = service.api().get("/api/v1/payments/stats?from=" + from).json().path("items");

    assertThat(items)
        .containsExactly(
            Json.of(
                Map.of(
                    "status", "PARTIALLY_REFUNDED",
                    "currency", "USD",
                    "count", 1,
                    "amount", 3000,
                    "refundedAmount", 1000)));
    service.apiFor("usr_7", "payments:own").get("/api/v1/payments/stats").expect(403);
    service.api().get("/api/v1/payments/stats?limit=1").expect(400);
  }

  @Test
  void a_list_that_cannot_be_is_refused() {
    for (String query : List.of("limit=201", "limit=0", "cursor=forged", "status=PAID", "page=2")) {
      service.api().get("/api/v1/payments?" + query).expect(400);
    }
  }

  private static List<String> listed(String query) {
    return Payment.texts(page(query).path("items"), "paymentId");
  }

  private static JsonNode page(String query) {
    return service.api().get("/api/v1/payments?" + query).expect(200).json();
  }
}
