package io.paymentsaga.flow;

import static io.paymentsaga.flow.PaymentService.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.paymentsaga.sandbox.SandboxEnvironment;
import io.paymentsaga.sandbox.stripe.TestCard;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the order service and other services say over Kafka. */
class OrderIT {
  private static final String CREATED = "order.created";
  private static final String CANCELLED = "order.cancelled";
  private static final String COMMANDS = "saga.payment.compensate";

  @RegisterExtension static final SandboxEnvironment sandbox = new SandboxEnvironment();
  private static PaymentService service;

  @BeforeAll
  static void start() {
    service = PaymentService.start(sandbox, Map.of("CONSUMER_RETRY_BACKOFF", "20ms"));
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void an_order_cancelled_before_it_was_paid_cancels_the_payment() {
    Payment payment = service.checkout();

    publish(CANCELLED, payment.orderId(), orderCancelled(payment.orderId()));

    payment.awaitStatus("CANCELLED");
    payment.awaitSaga("COMPENSATED");
    payment.awaitEvents(
        "payment.initiated",
        "saga.payment.compensate",
        "payment.cancelled",
        "saga.payment.rollback.complete");
    assertThat(payment.show().path("cancelReason").asText()).isEqualTo("out of stock");
    assertThat(payment.session().path("status").asText()).isEqualTo("expired");
  }

  @Test
  void an_order_cancelled_after_it_was_paid_gets_all_its_money_back_once() {
    Payment payment = service.checkout().paid();

    publish(CANCELLED, payment.orderId(), orderCancelled(payment.orderId()));

    payment.awaitStatus("REFUNDED");
    payment.awaitEvents("payment.initiated", "payment.completed", "payment.refunded");
    JsonNode refunded = payment.event("payment.refunded").data();
    assertThat(refunded.path("refundAmount").asLong()).isEqualTo(Order.AMOUNT);
    assertThat(refunded.path("refundedTotal").asLong()).isEqualTo(Order.AMOUNT);
    assertThat(refunded.path("refundStatus").asText()).isEqualTo("succeeded");
    eventually()
        .untilAsserted(
            () ->
                assertThat(payment.saga().at("/related/0/state").asText()).isEqualTo("COMPLETED"));
    assertThat(payment.saga().at("/related/0/kind").asText()).isEqualTo("refund");
    assertThat(payment.saga().path("state").asText()).isEqualTo("COMPLETED");
    assertThat(service.refundsAtStripe(payment)).hasSize(1);
  }

  @Test
  void an_order_cancelled_after_its_payment_failed_cancels_that_payment() {
    Payment payment = service.checkout();
    payment.pay(TestCard.DECLINED);
    payment.awaitSaga("COMPENSATED");

    publish(CANCELLED, payment.orderId(), orderCancelled(payment.orderId()));

    payment.awaitStatus("CANCELLED");
    payment.awaitEvents(
        "payment.initiated",
        "saga.payment.compensate",
        "payment.failed",
        "saga.payment.rollback.complete",
        "payment.cancelled");
  }

  @Test
  void an_order_cancelled_before_its_checkout_cannot_be_paid() {
    Order order = Order.some();

    publish(CANCELLED, order.id(), orderCancelled(order.id()));
    awaitTaken(CANCELLED, order.id());

    service.api().checkout(order).expect(409);
    assertThat(service.topics().events(order.id())).isEmpty();
  }

  @Test
  void a_cancellation_without_an_envelope_is_understood() {
    Payment payment = service.checkout();

    publish(CANCELLED, payment.orderId(), Json.of(Map.of("orderId", payment.orderId())));

    payment.awaitStatus("CANCELLED");
  }

  @Test
  void an_order_created_after_its_checkout_stands_in_the_timeline() {
    Payment payment = service.checkout();

    publish(CREATED, payment.orderId(), orderCreated(payment.orderId()));

    eventually().untilAsserted(() -> assertThat(payment.timeline()).contains("OrderCreated"));
    assertThat(payment.status()).isEqualTo("PENDING");
  }

  @Test
  void an_order_created_before_its_checkout_stands_in_the_timeline() {
    Order order = Order.some();

    publish(CREATED, order.id(), orderCreated(order.id()));
    Order other = Order.some();
    Payment after = service.checkout(other);
    publish(CREATED, order.id(), orderCreated(other.id()));
    eventually().untilAsserted(() -> assertThat(after.timeline()).contains("OrderCreated"));

    assertThat(service.checkout(order).timeline()).contains("OrderCreated");
  }

  @Test
  void a_redelivered_event_has_one_effect() {
    Payment payment = service.checkout().paid();
    JsonNode cancelled = orderCancelled(payment.orderId());

    publish(CANCELLED, payment.orderId(), cancelled);
    publish(CANCELLED, payment.orderId(), cancelled);
    awaitTaken(CANCELLED, payment.orderId());

    payment.awaitStatus("REFUNDED");
    assertThat(service.refundsAtStripe(payment)).hasSize(1);
    assertThat(payment.timeline()).containsOnlyOnce("OrderCancelled");
  }

  @Test
  void a_message_that_is_no_event_is_put_aside_and_holds_up_nothing() {
    Payment payment = service.checkout();
    byte[] poison = {'{', (byte) 0xff, 0, '"'};

    service.topics().publish(CANCELLED, payment.orderId(), poison);
    publish(CANCELLED, payment.orderId(), orderCancelled(payment.orderId()));

    payment.awaitStatus("CANCELLED");
    ConsumerRecord<String, byte[]> letter = awaitDeadLetter(payment.orderId());
    assertThat(letter.value()).isEqualTo(poison);
    assertThat(Event.header(letter, "dlt-original-topic"))
        .isEqualTo(sandbox.topicPrefix() + CANCELLED);
  }

  @Test
  void a_command_to_cancel_closes_an_unpaid_payment_and_is_answered() {
    Payment payment = service.checkout();

    String command = command(payment, "cancel_payment");

    payment.awaitStatus("CANCELLED");
    payment.awaitEvents(
        "payment.initiated",
        "saga.payment.compensate",
        "payment.cancelled",
        "saga.payment.rollback.complete");
    assertAnswered(payment, command, "cancel_payment", "compensated");
  }

  @Test
  void a_command_to_cancel_refunds_a_paid_payment_and_is_answered() {
    Payment payment = service.checkout().paid();

    String command = command(payment, "cancel_payment");

    payment.awaitStatus("REFUNDED");
    payment.awaitEvents(
        "payment.initiated",
        "payment.completed",
        "payment.refunded",
        "saga.payment.rollback.complete");
    assertAnswered(payment, command, "cancel_payment", "refunded");
  }

  @Test
  void a_command_to_refund_refunds_the_amount_it_names_and_is_answered() {
    Payment payment = service.checkout().paid();

    String command =
        command(
            payment.orderId(),
            Map.of("action", "refund_payment", "orderId", payment.orderId(), "amount", 1000));

    payment.awaitStatus("PARTIALLY_REFUNDED");
    payment.awaitEvents(
        "payment.initiated",
        "payment.completed",
        "payment.refunded",
        "saga.payment.rollback.complete");
    assertAnswered(payment, command, "refund_payment", "refunded");
    assertThat(payment.show().path("refundedAmount").asLong()).isEqualTo(1000);
  }

  @Test
  void a_command_to_refund_closes_an_unpaid_payment_and_is_answered() {
    Payment payment = service.checkout();

    String command = command(payment, "refund_payment");

    payment.awaitStatus("CANCELLED");
    payment.awaitSaga("COMPENSATED");
    assertAnswered(payment, command, "refund_payment", "compensated");
  }

  @Test
  void a_command_to_fail_closes_an_unpaid_payment_as_failed_and_is_answered() {
    Payment payment = service.checkout();

    String command = command(payment, "mark_payment_failed");

    payment.awaitStatus("FAILED");
    payment.awaitEvents(
        "payment.initiated",
        "saga.payment.compensate",
        "payment.failed",
        "saga.payment.rollback.complete");
    assertAnswered(payment, command, "mark_payment_failed", "compensated");
    assertThat(payment.session().path("status").asText()).isEqualTo("expired");
  }

  @Test
  void a_command_to_cancel_what_is_cancelled_is_answered_with_nothing_to_do() {
    Payment payment = service.checkout();
    payment.cancel().expect(202);
    payment.awaitSaga("COMPENSATED");

    String command = command(payment, "cancel_payment");

    payment.awaitEvents(
        "payment.initiated",
        "saga.payment.compensate",
        "payment.cancelled",
        "saga.payment.rollback.complete",
        "saga.payment.rollback.complete");
    assertAnswered(payment, command, "cancel_payment", "nothing-to-do");
  }

  @Test
  void a_command_to_fail_a_paid_payment_is_refused_and_put_aside() {
    Payment payment = service.checkout().paid();

    String command = command(payment, "mark_payment_failed");

    payment.awaitEvents("payment.initiated", "payment.completed", "saga.payment.rollback.complete");
    assertAnswered(payment, command, "mark_payment_failed", "refused");
    awaitDeadLetter(payment.orderId());
    assertThat(payment.status()).isEqualTo("COMPLETED");
    assertThat(payment.refunds()).isEmpty();
  }

  @Test
  void a_command_to_refund_what_the_currency_does_not_allow_is_refused_and_put_aside() {
    Payment payment = service.checkout(Order.some().with("currency", "KWD")).paid();

    String command =
        command(
            payment.orderId(),
            Map.of("action", "refund_payment", "paymentId", payment.id(), "amount", 1005));

    assertAnswered(payment, command, "refund_payment", "refused");
    assertThat(Event.header(awaitDeadLetter(payment.orderId()), "dlt-reason"))
        .isEqualTo("bad-amount");
    assertThat(payment.refunds()).isEmpty();
  }

  @Test
  void an_order_whose_total_its_currency_does_not_allow_is_put_aside() {
    String fraction = Order.some().id();
    String oddCrowns = Order.some().id();
    String right = Order.some().id();

    publish(CREATED, fraction, orderCreated(fraction, new BigDecimal("30.5"), "USD"));
    publish(CREATED, oddCrowns, orderCreated(oddCrowns, new BigDecimal(3050), "ISK"));
    publish(CREATED, right, orderCreated(right, new BigDecimal("3000.0"), "ISK"));

    assertThat(Event.header(awaitDeadLetter(fraction), "dlt-reason")).isEqualTo("bad-amount");
    assertThat(Event.header(awaitDeadLetter(oddCrowns), "dlt-reason")).isEqualTo("bad-amount");
    awaitTaken(CANCELLED, right);
    assertThat(service.topics().deadLetters(right)).isEmpty();
  }

  @Test
  void an_unknown_action_is_put_aside_byte_for_byte() {
    Payment payment = service.checkout();
    String command =
        "{ \"eventId\": \"%s\", \"data\":\t{\"action\":\"melt\", \"paymentId\":\"%s\"} }"
            .formatted(UUID.randomUUID(), payment.id());

    service.topics().publish(COMMANDS, payment.orderId(), command);

    ConsumerRecord<String, byte[]> letter = awaitDeadLetter(payment.orderId());
    assertThat(new String(letter.value(), StandardCharsets.UTF_8)).isEqualTo(command);
    assertThat(Event.header(letter, "dlt-reason")).isNotEmpty();
    assertThat(Event.header(letter, "dlt-error")).isNotEmpty();
    assertThat(Event.header(letter, "dlt-original-topic"))
        .isEqualTo(sandbox.topicPrefix() + COMMANDS);
    assertThat(Event.header(letter, "dlt-original-partition")).matches("\\d+");
    assertThat(Event.header(letter, "dlt-original-offset")).matches("\\d+");
    assertThat(Event.header(letter, "dlt-attempts")).isEqualTo("1");
    assertThat(payment.status()).isEqualTo("PENDING");
  }

  @Test
  void a_command_for_an_unknown_payment_is_put_aside_after_the_retries() {
    String order = Order.some().id();

    command(order, Map.of("action", "cancel_payment", "orderId", order));

    assertThat(Event.header(awaitDeadLetter(order), "dlt-attempts")).isNotEqualTo("1");
  }

  @Test
  void a_command_that_names_what_can_be_no_payment_is_put_aside_and_the_next_one_is_followed() {
    Payment payment = service.checkout();
    service
        .topics()
        .publish(
            COMMANDS,
            payment.orderId(),
            "{\"action\":\"cancel_payment\",\"paymentId\":\"p\\u0000\"}");
    command(payment, "cancel_payment");

    payment.awaitStatus("CANCELLED");
    assertThat(Event.header(awaitDeadLetter(payment.orderId()), "dlt-reason"))
        .isEqualTo("schema-violation");
  }

  @Test
  void a_refused_action_is_told_in_printable_characters_and_no_more_than_an_id_has() {
    Payment payment = service.checkout();

    String command =
        command(
            payment.orderId(),
            Map.of("action", "a\0" + "b".repeat(300), "orderId", payment.orderId()));

    assertAnswered(payment, command, "a " + "b".repeat(253), "refused");
    assertThat(payment.status()).isEqualTo("PENDING");
  }

  @Test
  void a_reason_is_taken_in_printable_characters_and_no_more_than_a_caller_may_give() {
    Payment cancelled = service.checkout();
    Payment failed = service.checkout();
    String reason = "out\0 of\nstock " + "\uD83D\uDCE6".repeat(1000);
    String taken = "out  of\nstock " + "\uD83D\uDCE6".repeat(486);

    publish(
        CANCELLED,
        cancelled.orderId(),
        event(
            CANCELLED,
            "order-service",
            Map.of(
                "orderId", cancelled.orderId(), "reason", reason, "cancelledBy", "\0" + reason)));
    command(
        failed.orderId(),
        Map.of("action", "mark_payment_failed", "paymentId", failed.id(), "reason", reason));

    cancelled.awaitStatus("CANCELLED");
    assertThat(cancelled.show().path("cancelReason").asText()).isEqualTo(taken);
    failed.awaitStatus("FAILED");
    assertThat(failed.show().path("failureReason").asText()).isEqualTo(taken);
    assertThat(service.topics().deadLetters(cancelled.orderId())).isEmpty();
  }

  /** Publishes a command that names the payment; returns its event id. */
  private static String command(Payment payment, String action) {
    return command(payment.orderId(), Map.of("action", action, "paymentId", payment.id()));
  }

  private static String command(String key, Map<String, ?> data) {
    JsonNode command = event(COMMANDS, "checkout-service", data);
    publish(COMMANDS, key, command);
    return command.path("eventId").asText();
  }

  private static void assertAnswered(
      Payment payment, String command, String action, String outcome) {
    eventually()
        .untilAsserted(
            () ->
                assertThat(payment.events())
                    .filteredOn(
                        event -> event.metadata().path("causationId").asText().equals(command))
                    .filteredOn(event -> event.type().equals("saga.payment.rollback.complete"))
                    .singleElement()
                    .extracting(Event::data)
                    .satisfies(
                        data -> {
                          assertThat(data.path("action").asText()).isEqualTo(action);
                          assertThat(data.path("outcome").asText()).isEqualTo(outcome);
                        }));
  }

  /** A later message of the same key has had its effect, so all before it have had theirs. */
  private static void awaitTaken(String topic, String key) {
    Payment other = service.checkout();
    publish(topic, key, orderCancelled(other.orderId()));
    other.awaitStatus("CANCELLED");
  }

  private static ConsumerRecord<String, byte[]> awaitDeadLetter(String key) {
    eventually().untilAsserted(() -> assertThat(service.topics().deadLetters(key)).hasSize(1));
    return service.topics().deadLetters(key).get(0);
  }

  private static JsonNode orderCreated(String orderId) {
    return event(CREATED, "order-service", Map.of("orderId", orderId, "totalAmount", Order.AMOUNT));
  }

  private static JsonNode orderCreated(String orderId, BigDecimal total, String currency) {
    return event(
        CREATED,
        "order-service",
        Map.of("orderId", orderId, "totalAmount", total, "currency", currency));
  }

  private static JsonNode orderCancelled(String orderId) {
    return event(CANCELLED, "order-service", Map.of("orderId", orderId, "reason", "out of stock"));
  }

  private static JsonNode event(String type, String sender, Map<String, ?> data) {
    Map<String, Object> envelope = new LinkedHashMap<>();
    envelope.put("eventId", UUID.randomUUID().toString());
    envelope.put("eventType", type);
    envelope.put("timestamp", Instant.now().toString());
    envelope.put("service", sender);
    envelope.put("version", "1.0.0");
    envelope.put("data", data);
    return Json.of(envelope);
  }

  private static void publish(String topic, String key, JsonNode message) {
    service.topics().publish(topic, key, message.toString());
  }
}
