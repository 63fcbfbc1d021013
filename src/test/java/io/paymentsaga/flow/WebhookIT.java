package io.paymentsaga.flow;

import static io.paymentsaga.flow.PaymentService.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.paymentsaga.sandbox.SandboxEnvironment;
import io.paymentsaga.sandbox.stripe.TestCard;
import io.paymentsaga.sandbox.stripe.WebhookFaults;
import io.paymentsaga.sandbox.stripe.WebhookSignature;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookIT {
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

  @AfterEach
  void behave() {
    service.stripe().mischief().behave();
  }

  @Test
  void the_same_webhook_twice_has_one_effect() {
    Payment payment = service.checkout().paid();

    service.stripe().resend(service.eventAbout(payment.sessionId(), "checkout.session.completed"));

    service.awaitWebhook(payment.sessionId(), "checkout.session.completed", 2);
    payment.awaitEvents("payment.initiated", "payment.completed");
    assertThat(payment.timeline()).containsOnlyOnce("Captured");
  }

  @Test
  void webhooks_that_come_thrice_and_backwards_complete_a_payment_once() {
    service.stripe().mischief().onWebhooks(WebhookFaults.NONE.copying(3).reversing());
    Payment payment = service.checkout();

    payment.pay(TestCard.PAYS);

    service.awaitWebhook(payment.sessionId(), "checkout.session.completed", 3);
    service.awaitWebhook(payment.paymentIntentId(), "payment_intent.succeeded", 3);
    payment.awaitStatus("COMPLETED");
    payment.awaitEvents("payment.initiated", "payment.completed");
    assertThat(payment.show().path("capturedAmount").asLong()).isEqualTo(Order.AMOUNT);
  }

  @Test
  void webhooks_that_come_thrice_and_backwards_roll_a_payment_back_once() {
    service.stripe().mischief().onWebhooks(WebhookFaults.NONE.copying(3).reversing());
    Payment payment = service.checkout();

    payment.pay(TestCard.DECLINED);

    payment.awaitSaga("COMPENSATED");
    service.awaitWebhook(payment.sessionId(), "checkout.session.expired", 3);
    payment.awaitEvents(
        "payment.initiated",
        "saga.payment.compensate",
        "payment.failed",
        "saga.payment.rollback.complete");
    assertThat(payment.show().path("attempts").asInt()).isEqualTo(1);
  }

  @Test
  void a_webhook_of_another_api_version_counts() {
    service.stripe().mischief().onWebhooks(WebhookFaults.NONE.speaking("2020-08-27"));

    service.checkout().paid();
  }

  @Test
  void a_webhook_that_is_not_signed_by_stripe_is_refused_and_changes_nothing() {
    Payment payment = service.checkout();
    String payload = sessionPaid(payment);
    Instant now = Instant.now();

    service.webhook(payload, WebhookSignature.header(payload, "whsec_forged", now)).expect(400);
    service.webhook(payload, sign(payload, now.minus(Duration.ofMinutes(10)))).expect(400);
    service.webhook(payload, sign(payload + " ", now)).expect(400);
    service.webhook(payload, "").expect(400);

    assertThat(payment.status()).isEqualTo("PENDING");
    assertThat(payment.timeline()).doesNotContain("Captured");
    service.webhook(payload, sign(payload, now)).expect(200);
    payment.awaitStatus("COMPLETED");
  }

  @Test
  void an_event_of_an_unknown_type_is_acknowledged() {
    Payment payment = service.checkout();

    take(event("customer.subscription.paused", Map.of("id", "sub_1")));

    assertThat(payment.status()).isEqualTo("PENDING");
  }

  @Test
  void a_webhook_about_an_unknown_payment_is_acknowledged_and_changes_nothing() {
    long before = payments();

    take(
        event(
            "checkout.session.completed",
            Map.of(
                "id", "cs_unknown",
                "object", "checkout.session",
                "payment_intent", "pi_unknown",
                "payment_status", "paid",
                "amount_total", Order.AMOUNT,
                "currency", "usd",
                "metadata", Map.of("paymentId", "unknown"))));

    assertThat(payments()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_refund_that_comes_before_the_payment_was_paid_waits_for_it(boolean namesIt) {
    Payment payment = service.checkout();
    String refund =
        event(
            "refund.created",
            Map.of(
                "id",
                "re_" + payment.id(),
                "object",
                "refund",
                "amount",
                700,
                "status",
                "succeeded",
                "payment_intent",
                "pi_" + payment.id(),
                "metadata",
                namesIt ? Map.of("paymentId", payment.id()) : Map.of()));
    take(refund);
    take(refund);
    assertThat(payment.refunds()).isEmpty();

    take(sessionPaid(payment));

    payment.awaitStatus("PARTIALLY_REFUNDED");
    payment.awaitEvents("payment.initiated", "payment.completed", "payment.refunded");
  }

  @Test
  void webhooks_of_one_payment_that_come_at_once_have_one_effect() {
    Payment payment = service.checkout();
    List<String> payloads =
        List.of(
            sessionPaid(payment),
            sessionPaid(payment),
            event(
                "payment_intent.succeeded",
                Map.of(
                    "id",
                    "pi_" + payment.id(),
                    "object",
                    "payment_intent",
                    "amount_received",
                    Order.AMOUNT,
                    "currency",
                    "usd",
                    "metadata",
                    Map.of("paymentId", payment.id()))));

    payloads.parallelStream().forEach(WebhookIT::take);

    payment.awaitEvents("payment.initiated", "payment.completed");
    assertThat(payment.timeline()).containsOnlyOnce("Captured");
  }

  @Test
  void an_end_that_stripe_announces_is_believed_only_when_the_session_has_ended() {
    Payment payment = service.checkout();

    take(
        event(
            "checkout.session.expired",
            Map.of(
                "id", payment.sessionId(),
                "object", "checkout.session",
                "metadata", Map.of("paymentId", payment.id()))));

    eventually().until(() -> payment.timeline().contains("SessionEndAnnounced"));
    payment.paid();
  }

  @Test
  void late_money_in_another_currency_waits_for_an_operator() {
    Payment payment = service.checkout();
    payment.cancel().expect(202);
    payment.awaitSaga("COMPENSATED");

    take(sessionPaid(payment, Order.AMOUNT, "eur"));

    eventually()
        .untilAsserted(
            () -> assertThat(payment.saga().at("/related/0/state").asText()).isEqualTo("FAILED"));
    JsonNode shown = payment.show();
    assertThat(shown.path("status").asText()).isEqualTo("CANCELLED");
    assertThat(shown.path("capturedCurrency").asText()).isEqualTo("EUR");
    assertThat(shown.at("/refunds/0/status").asText()).isEqualTo("pending");
    assertThat(
            Payment.texts(
                service.api().get("/api/v1/sagas?stuck=true").expect(200).json().path("items"),
                "reason"))
        .anyMatch(reason -> reason.contains("captured 3000 EUR instead of 3000 USD"));
  }

  @Test
  void money_that_differs_from_the_amount_waits_for_an_operator() {
    Payment payment = service.checkout();

    take(sessionPaid(payment, Order.AMOUNT - 1, "usd"));

    payment.awaitSaga("FAILED");
    assertThat(payment.saga().path("stuck").asBoolean()).isTrue();
    assertThat(payment.status()).isEqualTo("PENDING");
    payment.awaitEvents("payment.initiated");
  }

  @Test
  void money_in_another_currency_waits_for_an_operator() {
    Payment payment = service.checkout();

    take(sessionPaid(payment, Order.AMOUNT, "eur"));

    payment.awaitSaga("FAILED");
    assertThat(payment.status()).isEqualTo("PENDING");
    eventually()
        .untilAsserted(
            () ->
                assertThat(service.api("").get("/health").json().at("/sagas/stuck").asInt())
                    .isPositive());
  }

  private static void take(String payload) {
    service.webhook(payload, sign(payload, Instant.now())).expect(200);
  }

  private static String sign(String payload, Instant at) {
    return WebhookSignature.header(payload, service.stripe().webhookSecret(), at);
  }

  private static String sessionPaid(Payment payment) {
    return sessionPaid(payment, Order.AMOUNT, "usd");
  }

  private static String sessionPaid(Payment payment, long amount, String currency) {
    return event(
        "checkout.session.completed",
        Map.of(
            "id",
            payment.sessionId(),
            "object",
            "checkout.session",
            "payment_intent",
            "pi_" + payment.id(),
            "payment_status",
            "paid",
            "amount_total",
            amount,
            "currency",
            currency,
            "metadata",
            Map.of("paymentId", payment.id())));
  }

  private static String event(String type, Map<String, ?> object) {
    return Json.of(
            Map.of(
                "id",
                "evt_" + UUID.randomUUID(),
                "object",
                "event",
                "type",
                type,
                "data",
                Map.of("object", object)))
        .toString();
  }

  private static long payments() {
    JsonNode list = service.api().get("/api/v1/payments?limit=200").expect(200).json();
    return list.path("items").size();
  }
}
