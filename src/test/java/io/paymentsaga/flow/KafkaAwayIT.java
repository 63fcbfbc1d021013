package io.paymentsaga.flow;

import static io.paymentsaga.flow.PaymentService.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.paymentsaga.sandbox.SandboxBroker;
import io.paymentsaga.sandbox.SandboxEnvironment;
import io.paymentsaga.sandbox.stripe.TestCard;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class KafkaAwayIT {
  @RegisterExtension static final SandboxEnvironment sandbox = new SandboxEnvironment();
  private static SandboxBroker broker;
  private PaymentService service;

  @BeforeAll
  static void startBroker() {
    broker = SandboxBroker.start(sandbox.directory().resolve("broker"));
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @AfterEach
  void stopService() {
    service.close();
  }

  @Test
  void a_service_that_finds_no_broker_takes_payments_and_tells_of_them_when_it_comes() {
    broker.stop();
    startService();

    JsonNode health = health();
    assertThat(health.path("status").asText()).isEqualTo("degraded");
    assertThat(health.at("/kafka/status").asText()).isEqualTo("unhealthy");
    service.api("").get("/health/ready").expect(200);
    Payment payment = service.checkout().paid();
    payment.awaitSaga("COMPLETED");
    awaitWaitingEvents(2);

    broker.restart();

    payment.awaitEvents("payment.initiated", "payment.completed");
    awaitWaitingEvents(0);
    eventually()
        .untilAsserted(() -> assertThat(health().path("status").asText()).isEqualTo("healthy"));
    service
        .topics()
        .publish(
            "order.cancelled",
            payment.orderId(),
            Json.of(Map.of("orderId", payment.orderId())).toString());
    payment.awaitStatus("REFUNDED");
  }

  @Test
  void a_broker_that_is_killed_costs_no_event_and_no_order() {
    startService();
    Payment payment = service.checkout();
    Payment declined = service.checkout();
    payment.awaitEvents("payment.initiated");

    broker.kill();
    payment.paid();
    payment.refund("{\"amount\":1000}").expect(202);
    payment.awaitStatus("PARTIALLY_REFUNDED");
    payment.refund("{}").expect(202);
    payment.awaitStatus("REFUNDED");
    declined.pay(TestCard.DECLINED);
    declined.awaitSaga("COMPENSATED");
    broker.restart();

    payment.awaitEvents(
        "payment.initiated", "payment.completed", "payment.refunded", "payment.refunded");
    assertThat(payment.events().subList(2, 4))
        .extracting(Event::record)
        .extracting(ConsumerRecord::offset)
        .isSorted();
    declined.awaitEvents(
        "payment.initiated",
        "saga.payment.compensate",
        "payment.failed",
        "saga.payment.rollback.complete");
  }

  @Test
  void events_that_wait_when_the_service_stops_are_sent_after_its_restart() {
    startService();
    Payment payment = service.checkout();
    payment.awaitEvents("payment.initiated");

    broker.kill();
    payment.paid();
    service.terminate();
    broker.restart();
    service.restart();

    payment.awaitEvents("payment.initiated", "payment.completed");
  }

  /** On topics of its own, which are not there yet. */
  private void startService() {
    service =
        PaymentService.start(
            sandbox,
            Map.of(
                "KAFKA_BROKERS",
                broker.bootstrapServers(),
                "KAFKA_TOPIC_PREFIX",
                UUID.randomUUID() + "."));
  }

  private JsonNode health() {
    return service.api("").get("/health").expect(200).json();
  }

  private void awaitWaitingEvents(int count) {
    eventually()
        .untilAsserted(() -> assertThat(health().at("/outbox/pending").asInt()).isEqualTo(count));
  }
}
