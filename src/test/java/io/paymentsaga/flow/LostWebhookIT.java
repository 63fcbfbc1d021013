package io.paymentsaga.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.paymentsaga.sandbox.SandboxEnvironment;
import io.paymentsaga.sandbox.stripe.TestCard;
import io.paymentsaga.sandbox.stripe.WebhookFaults;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** No webhook ever comes: the service asks Stripe itself. */
class LostWebhookIT {
  @RegisterExtension static final SandboxEnvironment sandbox = new SandboxEnvironment();
  private static PaymentService service;

  @BeforeAll
  static void start() {
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
  void a_returned_bank_debit_fails_the_payment() {
    Payment payment = service.checkout();
    service.stripe().payByBankDebit(payment.sessionId());
    payment.awaitStatus("PROCESSING");

    service.stripe().settle(payment.paymentIntentId(), false);

    payment.awaitStatus("FAILED");
    payment.awaitSaga("COMPENSATED");
  }
}
