package io.paymentsaga.flow;

import static io.paymentsaga.flow.PaymentService.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.paymentsaga.sandbox.SandboxBroker;
import io.paymentsaga.sandbox.SandboxEnvironment;
import io.paymentsaga.sandbox.stripe.TestCard;
import java.util.HashMap;
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

  @Test
  void checkout_is_refused_while_too_many_events_wait_and_everything_else_goes_on() {
    broker.stop();
    startService(Map.of("OUTBOX_LIMIT", "3"));
    Payment payment = service.checkout();
    for (int more = 0; more < 3; more++) {
      service.checkout();
    }

    awaitWaitingEvents(4);
    Order refused = Order.some();
    Answer answer = service.api().checkout(refused).expect(503);
    assertThat(answer.text("detail")).contains("events wait for Kafka");
    assertThat(answer.header("Retry-After")).hasValue("10");
    assertThat(listed(refused)).isEmpty();
    assertThat(health().path("status").asText()).isEqualTo("degraded");
    payment.paid();
    payment.refund("{}").expect(202);
    payment.awaitStatus("REFUNDED");
    awaitWaitingEvents(6);
    assertThat(metrics()).contains("outbox_pending 6.0", "kafka_brokers 0.0");

    broker.restart();

    awaitWaitingEvents(0);
    service.checkout(refused).awaitEvents("payment.initiated");
    payment.awaitEvents("payment.initiated", "payment.completed", "payment.refunded");
    assertThat(metrics()).contains("outbox_relay_sent_seconds_count", "kafka_brokers 1.0");
  }

  /** On topics of its own, which are not there yet. */
  private void startService() {
    startService(Map.of());
  }

  private void startService(Map<String, String> settings) {
    Map<String, String> environment = new HashMap<>(settings);
    environment.put("KAFKA_BROKERS", broker.bootstrapServers());
    environment.put("KAFKA_TOPIC_PREFIX", UUID.randomUUID() + ".");
    service = PaymentService.start(sandbox, environment);
  }

  private JsonNode listed(Order order) {
    return service
        .api()
        .get("/api/v1/payments?orderId=" + order.id())
        .expect(200)
        .json()
        .path("items");
  }

  private String metrics() {
    return service.api("").get("/metrics").expect(200).response().body();
  }

  private JsonNode health() {
    return service.api("").get("/health").expect(200).json();
  }

  private void awaitWaitingEvents(int count) {
    eventually()
        .untilAsserted(() -> assertThat(health().at("/outbox/pending").asInt()).isEqualTo(count));
  }
}
