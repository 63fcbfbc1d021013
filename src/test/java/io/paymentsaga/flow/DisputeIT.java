package io.paymentsaga.flow;

import static io.paymentsaga.flow.PaymentService.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.paymentsaga.sandbox.SandboxEnvironment;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A cardholder's bank wants the money back. */
class DisputeIT {
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
  void nothing_is_refunded_while_a_dispute_is_open() {
    Payment payment = service.checkout().paid();
    String dispute = service.stripe().dispute(payment.paymentIntentId());
    payment.awaitDispute("open");

    Answer refused = payment.refund("{}").expect(409);

    assertThat(refused.text("detail")).contains("disputed");
    assertThat(payment.refunds()).isEmpty();
    assertThat(shown("open")).contains(dispute);
    service.stripe().closeDispute(dispute, true);
    payment.awaitDispute("won");
    assertThat(shown("open")).doesNotContain(dispute);
    payment.refund("{}").expect(202);
    payment.awaitStatus("REFUNDED");
    payment.awaitEvents(
        "payment.initiated",
        "payment.completed",
        "payment.disputed",
        "payment.disputed",
        "payment.refunded");
  }

  @Test
  void a_refund_the_order_calls_for_is_given_up_when_the_bank_takes_the_money() {
    Payment payment = service.checkout().paid();
    String dispute = service.stripe().dispute(payment.paymentIntentId());
    payment.awaitDispute("open");
    service
        .topics()
        .publish(
            "order.cancelled",
            payment.orderId(),
            Json.of(
                    Map.of(
                        "eventId",
                        "evt_" + payment.orderId(),
                        "eventType",
                        "order.cancelled",
                        "service",
                        "order-service",
                        "data",
                        Map.of("orderId", payment.orderId(), "reason", "sold out")))
                .toString());
    eventually()
        .untilAsserted(
            () -> assertThat(payment.refunds().at("/0/status").asText()).isEqualTo("pending"));

    service.stripe().closeDispute(dispute, false);

    payment.awaitDispute("lost");
    JsonNode shown = payment.show();
    assertThat(shown.path("status").asText()).isEqualTo("COMPLETED");
    assertThat(shown.path("lostAmount").asLong()).isEqualTo(Order.AMOUNT);
    assertThat(shown.path("refundedAmount").asLong()).isZero();
    assertThat(shown.at("/refunds/0/status").asText()).isEqualTo("canceled");
    assertThat(service.refundsAtStripe(payment)).isEmpty();
    assertThat(payment.saga().at("/related/0/state").asText()).isEqualTo("FAILED");
    payment.awaitEvents(
        "payment.initiated", "payment.completed", "payment.disputed", "payment.disputed");
    assertThat(payment.timeline()).contains("DisputeReported");
  }

  private static List<String> shown(String status) {
    return Payment.texts(
        service.api().get("/api/v1/disputes?status=" + status).expect(200).json().path("items"),
        "disputeId");
  }
}
