package io.paymentsaga.flow;

import static io.paymentsaga.flow.PaymentService.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.paymentsaga.sandbox.SandboxEnvironment;
import io.paymentsaga.sandbox.stripe.ApiFault;
import io.paymentsaga.sandbox.stripe.PaymentAttempt.Outcome;
import io.paymentsaga.sandbox.stripe.TestCard;
import io.paymentsaga.sandbox.stripe.WebhookFaults;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.simple.JdbcClient;

class RefundIT {
  @RegisterExtension static final SandboxEnvironment sandbox = new SandboxEnvironment();
  private static PaymentService service;
  private static JdbcClient database;

  @BeforeAll
  static void start() {
    database = JdbcClient.create(sandbox.database().dataSource());
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
  void a_refund_without_an_amount_gives_everything_back() {
    Payment payment = service.checkout().paid();

    JsonNode refund =
        payment
            .refund("{\"reason\":\"requested_by_customer\",\"note\":\"broken\"}")
            .expect(202)
            .json();

    assertThat(refund.path("amount").asLong()).isEqualTo(Order.AMOUNT);
    assertThat(refund.path("status").asText()).isEqualTo("pending");
    payment.awaitStatus("REFUNDED");
    payment.awaitEvents("payment.initiated", "payment.completed", "payment.refunded");
    JsonNode refunded = payment.event("payment.refunded").data();
    assertThat(refunded.path("refundId")).isEqualTo(refund.path("refundId"));
    assertThat(refunded.path("refundAmount").asLong()).isEqualTo(Order.AMOUNT);
    assertThat(refunded.path("refundReason").asText()).isEqualTo("requested_by_customer");
    assertThat(refunded.path("refundedAt").asText()).isNotEmpty();
    assertThat(payment.refunds().at("/0/status").asText()).isEqualTo("succeeded");
    assertThat(payment.show().path("refundedAmount").asLong()).isEqualTo(Order.AMOUNT);
    awaitRefundSaga(payment, "COMPLETED");
  }

  @Test
  void a_payment_is_refunded_bit_by_bit() {
    Payment payment = service.checkout().paid();

    payment.refund("{\"amount\":1000}").expect(202);
    payment.awaitStatus("PARTIALLY_REFUNDED");
    payment.refund("{\"amount\":500}").expect(202);
    awaitRefunded(payment, 1500);
    assertThat(payment.status()).isEqualTo("PARTIALLY_REFUNDED");
    payment.refund("{}").expect(202);

    payment.awaitStatus("REFUNDED");
    payment.awaitEvents(
        "payment.initiated",
        "payment.completed",
        "payment.refunded",
        "payment.refunded",
        "payment.refunded");
    assertThat(payment.events().subList(2, 5))
        .extracting(event -> event.data().path("refundedTotal").asLong())
        .containsExactly(1000L, 1500L, 3000L);
  }

  @Test
  void more_than_is_left_is_not_refunded() {
    Payment payment = service.checkout().paid();
    payment.refund("{\"amount\":1000}").expect(202);

    payment.refund("{\"amount\":2001}").expect(422);

    awaitRefunded(payment, 1000);
    assertThat(service.refundsAtStripe(payment)).hasSize(1);
  }

  @Test
  void a_refund_of_what_its_currency_does_not_allow_is_a_fault_of_the_caller() {
    Payment payment = service.checkout(Order.some().with("currency", "KWD")).paid();

    JsonNode fault = payment.refund("{\"amount\":1005}").expect(400).json();
    assertThat(fault.at("/errors/0/pointer").asText()).isEqualTo("/amount");
    assertThat(fault.at("/errors/0/code").asText()).isEqualTo("invalid-amount-for-currency");

    payment.refund("{\"amount\":1000}").expect(202);
    awaitRefunded(payment, 1000);
  }

  @Test
  void refunds_asked_for_at_once_never_exceed_what_was_captured() {
    Payment payment = service.checkout().paid();

    List<Integer> answers =
        IntStream.range(0, 5)
            .parallel()
            .mapToObj(each -> payment.refund("{\"amount\":1000}").status())
            .toList();

    assertThat(answers).containsExactlyInAnyOrder(202, 202, 202, 422, 422);
    payment.awaitStatus("REFUNDED");
    assertThat(service.refundsAtStripe(payment)).hasSize(3);
    assertThat(Payment.texts(payment.saga().path("related"), "sagaId"))
        .hasSize(3)
        .doesNotHaveDuplicates();
  }

  @Test
  void a_payment_that_is_not_captured_is_not_refunded() {
    Payment payment = service.checkout();

    payment.refund("{}").expect(409);

    assertThat(payment.refunds()).isEmpty();
  }

  @Test
  void a_refund_counts_only_when_stripe_has_made_it() {
    Payment payment = service.checkout().paidWith(TestCard.REFUND_PENDING);
    payment.refund("{}").expect(202);
    String refundId = awaitRefundAtStripe(payment);
    payment.refund("{\"amount\":1}").expect(422);
    assertThat(payment.status()).isEqualTo("COMPLETED");
    assertThat(payment.refunds().at("/0/status").asText()).isEqualTo("pending");

    service.stripe().succeedRefund(refundId);

    payment.awaitStatus("REFUNDED");
    payment.awaitEvents("payment.initiated", "payment.completed", "payment.refunded");
    awaitRefundSaga(payment, "COMPLETED");
  }

  @Test
  void an_old_pending_refund_is_asked_about_seldom_and_stands_before_an_operator_in_the_end() {
    Payment payment = service.checkout().paidWith(TestCard.REFUND_PENDING);
    payment.refund("{}").expect(202);
    awaitRefundAtStripe(payment);
    String sagaId = payment.saga().at("/related/0/sagaId").asText();
    eventually().until(() -> secondsUntilDue(sagaId) > 20);
    assertThat(secondsUntilDue(sagaId)).isLessThanOrEqualTo(30);

    database
        .sql("UPDATE refund SET created_at = created_at - interval '5 hours' WHERE saga_id = :saga")
        .param("saga", sagaId)
        .update();
    database
        .sql("UPDATE saga SET due_at = now() WHERE saga_id = :saga")
        .param("saga", sagaId)
        .update();
    eventually().until(() -> secondsUntilDue(sagaId) > 0);
    assertThat(secondsUntilDue(sagaId)).isBetween(1700L, 1900L);

    database
        .sql(
            "UPDATE saga SET since = now() - interval '31 days', due_at = now() WHERE saga_id = :saga")
        .param("saga", sagaId)
        .update();
    awaitRefundSaga(payment, "FAILED");
  }

  private static long secondsUntilDue(String sagaId) {
    return database
        .sql("SELECT extract(epoch FROM due_at - now())::bigint FROM saga WHERE saga_id = :saga")
        .param("saga", sagaId)
        .query(Long.class)
        .single();
  }

  @Test
  void a_pending_refund_that_fails_leaves_the_money_and_waits_for_an_operator() {
    Payment payment = service.checkout().paidWith(TestCard.REFUND_PENDING);
    payment.refund("{}").expect(202);

    service.stripe().failRefund(awaitRefundAtStripe(payment));

    awaitRefundStatus(payment, "failed");
    awaitRefundSaga(payment, "FAILED");
    assertThat(payment.status()).isEqualTo("COMPLETED");
    payment.awaitEvents("payment.initiated", "payment.completed");
  }

  @Test
  void a_refund_that_fails_later_moves_the_payment_back_and_is_reported() {
    Payment payment = service.checkout().paid();
    payment.refund("{}").expect(202);
    payment.awaitStatus("REFUNDED");

    service.stripe().failRefund(awaitRefundAtStripe(payment));

    payment.awaitStatus("COMPLETED");
    awaitRefundStatus(payment, "failed");
    assertThat(payment.show().path("refundedAmount").asLong()).isZero();
    payment.awaitEvents(
        "payment.initiated", "payment.completed", "payment.refunded", "payment.refunded");
    assertThat(payment.events().subList(2, 4))
        .extracting(event -> event.data().path("refundStatus").asText())
        .containsExactly("succeeded", "failed");
  }

  @Test
  void a_payment_comes_back_though_its_order_was_paid_again() {
    Order order = Order.some();
    Payment first = service.checkout(order).paid();
    first.refund("{}").expect(202);
    first.awaitStatus("REFUNDED");
    Payment second = service.checkout(order).paid();

    service.stripe().failRefund(awaitRefundAtStripe(first));

    first.awaitStatus("COMPLETED");
    awaitRefundStatus(first, "failed");
    assertThat(second.status()).isEqualTo("COMPLETED");
    second.refund("{}").expect(202);
    second.awaitStatus("REFUNDED");
    assertThat(service.api().checkout(order).expect(409).text("paymentId")).isEqualTo(first.id());
  }

  @ParameterizedTest
  @CsvSource({"COMPENSATED, canceled, COMPLETED, 0", "COMPLETED, succeeded, REFUNDED, 3000"})
  void a_refund_settled_by_hand_is_booked_as_the_operator_says(
      String outcome, String refundStatus, String status, long refunded) {
    Payment payment = service.checkout().paid();
    service.stripe().mischief().inject(ApiFault.closeBeforeActing().onCalls("POST /v1/refunds"));
    payment.refund("{}").expect(202);
    String saga = payment.saga().at("/related/0/sagaId").asText();
    String path = "/api/v1/sagas/" + saga + "/resolve";
    String word = "{\"reason\":\"paid in cash\",\"outcome\":\"" + outcome + "\"}";
    service.api().post(path, word).expect(409);
    giveUp(saga);

    service.api().post(path, word).expect(202);

    awaitRefundStatus(payment, refundStatus);
    awaitRefundSaga(payment, outcome);
    assertThat(payment.status()).isEqualTo(status);
    assertThat(payment.show().path("refundedAmount").asLong()).isEqualTo(refunded);
    assertThat(payment.timeline()).containsOnlyOnce("RefundResolved");
    service.stripe().mischief().behave();
    payment.refund("{}").expect(outcome.equals("COMPENSATED") ? 202 : 422);
  }

  @Test
  void a_refund_that_stripe_refuses_waits_for_an_operator() {
    Payment payment = service.checkout().paid();
    service
        .stripe()
        .mischief()
        .inject(ApiFault.refuse(400, "invalid_request_error").onCalls("POST /v1/refunds"));

    payment.refund("{}").expect(202);

    awaitRefundStatus(payment, "failed");
    awaitRefundSaga(payment, "FAILED");
    assertThat(payment.status()).isEqualTo("COMPLETED");
  }

  @Test
  void a_refund_whose_answer_is_lost_is_made_once() {
    Payment payment = service.checkout().paid();
    service
        .stripe()
        .mischief()
        .inject(ApiFault.closeAfterActing().onCalls("POST /v1/refunds").times(3));

    payment.refund("{}").expect(202);

    payment.awaitStatus("REFUNDED");
    awaitRefundSaga(payment, "COMPLETED");
    assertThat(service.refundsAtStripe(payment)).hasSize(1);
    payment.awaitEvents("payment.initiated", "payment.completed", "payment.refunded");
  }

  @Test
  void a_refund_made_in_the_dashboard_is_recorded() {
    Payment payment = service.checkout().paid();

    service.stripe().refund(payment.paymentIntentId(), OptionalLong.of(700));

    payment.awaitStatus("PARTIALLY_REFUNDED");
    payment.awaitEvents("payment.initiated", "payment.completed", "payment.refunded");
    assertThat(payment.refunds()).hasSize(1);
    assertThat(payment.refunds().at("/0/amount").asLong()).isEqualTo(700);
    payment.refund("{\"amount\":2301}").expect(422);
  }

  @Test
  void money_that_came_before_the_cancellation_but_was_heard_of_after_it_is_given_back() {
    service.stripe().mischief().onWebhooks(WebhookFaults.NONE.delaying(Duration.ofSeconds(2)));
    Payment payment = service.checkout();
    assertThat(payment.pay(TestCard.PAYS).outcome()).isEqualTo(Outcome.PAID);

    payment.cancel().expect(202);

    assertGivenBack(payment);
    service.awaitWebhook(payment.sessionId(), "checkout.session.completed", 1);
    assertThat(service.refundsAtStripe(payment)).hasSize(1);
    assertThat(payment.status()).isEqualTo("CANCELLED");
  }

  @Test
  void money_that_comes_while_the_session_is_being_closed_is_given_back() {
    String expiry = "/v1/checkout/sessions/.*/expire";
    service
        .stripe()
        .mischief()
        .inject(ApiFault.delayActing(Duration.ofSeconds(2)).onCalls("POST " + expiry).times(1));
    Payment payment = service.checkout();
    payment.cancel().expect(202);
    eventually()
        .until(
            () ->
                service.stripe().apiCalls().stream()
                    .anyMatch(
                        call ->
                            call.path().matches(expiry)
                                && call.path().contains(payment.sessionId())));

    assertThat(payment.pay(TestCard.PAYS).outcome()).isEqualTo(Outcome.PAID);

    assertGivenBack(payment);
  }

  private static void assertGivenBack(Payment payment) {
    payment.awaitStatus("CANCELLED");
    awaitRefundStatus(payment, "succeeded");
    payment.awaitSaga("COMPENSATED");
    eventually().untilAsserted(() -> assertThat(payment.events()).hasSize(5));
    List<String> types = payment.events().stream().map(Event::type).toList();
    assertThat(types)
        .startsWith("payment.initiated", "saga.payment.compensate")
        .contains("payment.refunded", "payment.cancelled", "saga.payment.rollback.complete");
    JsonNode refunded = payment.event("payment.refunded").data();
    assertThat(refunded.path("refundAmount").asLong()).isEqualTo(Order.AMOUNT);
    assertThat(service.refundsAtStripe(payment)).hasSize(1);
    assertThat(payment.timeline()).contains("Captured");
  }

  private static String awaitRefundAtStripe(Payment payment) {
    eventually().until(() -> service.refundsAtStripe(payment).size() == 1);
    return service.refundsAtStripe(payment).get(0).getString("id");
  }

  private static void awaitRefunded(Payment payment, long amount) {
    eventually()
        .untilAsserted(
            () -> assertThat(payment.show().path("refundedAmount").asLong()).isEqualTo(amount));
  }

  private static void awaitRefundStatus(Payment payment, String status) {
    eventually()
        .untilAsserted(
            () -> assertThat(payment.refunds().at("/0/status").asText()).isEqualTo(status));
  }

  /** As a saga does whose attempts are used up. */
  private static void giveUp(String saga) {
    String sql =
        """
        UPDATE saga SET state = 'FAILED', reason = 'given up', due_at = NULL, lease_owner = NULL, lease_until = NULL
        WHERE saga_id = :saga
        """;
    database.sql(sql).param("saga", saga).update();
  }

  private static void awaitRefundSaga(Payment payment, String state) {
    eventually()
        .untilAsserted(
            () -> assertThat(payment.saga().at("/related/0/state").asText()).isEqualTo(state));
  }
}
