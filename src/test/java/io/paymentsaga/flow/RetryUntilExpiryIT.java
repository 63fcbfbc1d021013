package io.paymentsaga.flow;

import static io.paymentsaga.flow.PaymentService.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.paymentsaga.sandbox.SandboxEnvironment;
import io.paymentsaga.sandbox.stripe.TestCard;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A customer whose card was declined may try another one until the session expires. */
class RetryUntilExpiryIT {
  @RegisterExtension static final SandboxEnvironment sandbox = new SandboxEnvironment();
  private static PaymentService service;

  @BeforeAll
  static void start() {
    service = PaymentService.start(sandbox, Map.of("PAYMENT_DECLINE_POLICY", "retry-until-expiry"));
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void another_card_completes_the_payment() {
    Payment payment = declined();

    payment.paid();

    payment.awaitEvents("payment.initiated", "payment.completed");
    assertThat(payment.show().path("attempts").asInt()).isEqualTo(1);
  }

  @Test
  void a_session_that_expires_after_a_decline_fails_the_payment() {
    Payment payment = declined();

    service.stripe().expire(payment.sessionId());

    payment.awaitStatus("FAILED");
    payment.awaitSaga("COMPENSATED");
    payment.awaitEvents(
        "payment.initiated",
        "saga.payment.compensate",
        "payment.failed",
        "saga.payment.rollback.complete");
  }

  @Test
  void a_session_that_expires_untried_cancels_the_payment() {
    Payment payment = service.checkout();

    service.stripe().expire(payment.sessionId());

    payment.awaitStatus("CANCELLED");
  }

  private static Payment declined() {
    Payment payment = service.checkout();
    payment.pay(TestCard.DECLINED);
    eventually()
        .untilAsserted(() -> assertThat(payment.show().path("attempts").asInt()).isEqualTo(1));
    assertThat(payment.status()).isEqualTo("PENDING");
    assertThat(payment.session().path("status").asText()).isEqualTo("open");
    return payment;
  }
}
