package io.paymentsaga.flow;

import static io.paymentsaga.flow.PaymentService.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.paymentsaga.sandbox.SandboxEnvironment;
import io.paymentsaga.sandbox.stripe.TestCard;
import io.paymentsaga.sandbox.stripe.WebhookFaults;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

/** No webhook ever comes: the service asks Stripe itself. */
class LostWebhookIT {
  @RegisterExtension static final SandboxEnvironment sandbox = new SandboxEnvironment();
  private static PaymentService service;
  private static JdbcClient database;

  @BeforeAll
  static void start() {
    database = JdbcClient.create(sandbox.database().dataSource());
    service = PaymentService.start(sandbox, Map.of("RECONCILE_INTERVAL", "1s"));
    service.stripe().mischief().onWebhooks(WebhookFaults.NONE.losing());
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void a_paid_session_completes_the_payment() {
    Payment payment = service.checkout();

    payment.pay(TestCard.PAYS);

    payment.awaitStatus("COMPLETED");
    payment.awaitEvents("payment.initiated", "payment.completed");
    assertThat(payment.show().path("stripePaymentIntentId").asText())
        .isEqualTo(payment.paymentIntentId());
  }

  @Test
  void an_expired_session_cancels_the_payment() {
    Payment payment = service.checkout();

    service.stripe().expire(payment.sessionId());

    payment.awaitStatus("CANCELLED");
    payment.awaitSaga("COMPENSATED");
  }

  @Test
  void a_settled_bank_debit_completes_the_payment() {
    Payment payment = service.checkout();
    service.stripe().payByBankDebit(payment.sessionId());
    payment.awaitStatus("PROCESSING");

    service.stripe().settle(payment.paymentIntentId(), true);

    payment.awaitStatus("COMPLETED");
  }

  @Test
  void money_that_settles_after_the_cancellation_is_given_back() {
    Payment payment = service.checkout();
    service.stripe().payByBankDebit(payment.sessionId());
    payment.awaitStatus("PROCESSING");
    payment.cancel().expect(202);

    service.stripe().settle(payment.paymentIntentId(), true);
    eventually().until(() -> service.refundsAtStripe(payment).size() == 1);
    service.stripe().succeedRefund(service.refundsAtStripe(payment).get(0).getString("id"));

    payment.awaitStatus("CANCELLED");
    payment.awaitSaga("COMPENSATED");
    eventually()
        .untilAsserted(
            () ->
                assertThat(payment.show().path("refundedAmount").asLong()).isEqualTo(Order.AMOUNT));
    assertThat(payment.events()).extracting(Event::type).doesNotContain("payment.completed");
  }

  @Test
  void refunds_and_disputes_nobody_here_asked_for_are_heard_of() {
    Payment payment = service.checkout();
    payment.pay(TestCard.PAYS);
    payment.awaitEvents("payment.initiated", "payment.completed");
    assertThat(payment.event("payment.completed").data().path("receiptUrl").asText()).isNotEmpty();

    String refund = service.stripe().refund(payment.paymentIntentId(), OptionalLong.of(700));
    payment.awaitStatus("PARTIALLY_REFUNDED");
    service.stripe().failRefund(refund);
    payment.awaitStatus("COMPLETED");
    String dispute = service.stripe().dispute(payment.paymentIntentId());
    payment.awaitDispute("open");
    service.stripe().closeDispute(dispute, false);

    payment.awaitDispute("lost");
    payment.awaitEvents(
        "payment.initiated",
        "payment.completed",
        "payment.refunded",
        "payment.refunded",
        "payment.disputed",
        "payment.disputed");
  }

  @Test
  void an_event_that_cannot_be_taken_holds_up_no_other_and_is_taken_in_the_end() {
    Payment unlucky = service.checkout().paid();
    Payment lucky = service.checkout().paid();
    database
        .sql("ALTER TABLE refund ADD CONSTRAINT planted CHECK (amount <> 701) NOT VALID")
        .update();

    service.stripe().refund(unlucky.paymentIntentId(), OptionalLong.of(701));
    service.stripe().refund(lucky.paymentIntentId(), OptionalLong.of(702));

    lucky.awaitStatus("PARTIALLY_REFUNDED");
    assertThat(unlucky.status()).isEqualTo("COMPLETED");
    database.sql("ALTER TABLE refund DROP CONSTRAINT planted").update();
    database.sql("UPDATE stripe_event SET match_at = now() WHERE match_at IS NOT NULL").update();
    unlucky.awaitStatus("PARTIALLY_REFUNDED");
  }

  @Test
  void an_event_that_cannot_even_be_kept_is_read_again_until_it_can() {
    Payment unlucky = service.checkout().paid();
    Payment lucky = service.checkout().paid();
    database
        .sql(
            "ALTER TABLE stripe_event ADD CONSTRAINT planted CHECK (payment_intent_id <> '%s') NOT VALID"
                .formatted(unlucky.paymentIntentId()))
        .update();

    service.stripe().refund(unlucky.paymentIntentId(), OptionalLong.of(701));
    service.stripe().refund(lucky.paymentIntentId(), OptionalLong.of(702));

    lucky.awaitStatus("PARTIALLY_REFUNDED");
    assertThat(unlucky.status()).isEqualTo("COMPLETED");
    database.sql("ALTER TABLE stripe_event DROP CONSTRAINT planted").update();
    unlucky.awaitStatus("PARTIALLY_REFUNDED");
  }

  @Test
  void a_returned_bank_debit_fails_the_payment() {
    Payment payment = service.checkout();
    service.stripe().payByBankDebit(payment.sessionId());
    payment.awaitStatus("PROCESSING");

    service.stripe().settle(payment.paymentIntentId(), false);

    payment.awaitStatus("FAILED");
    payment.awaitSaga("COMPENSATED");
  }
}
