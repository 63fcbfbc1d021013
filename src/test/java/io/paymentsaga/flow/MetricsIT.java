package io.paymentsaga.flow;

import static io.paymentsaga.flow.PaymentService.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.paymentsaga.sandbox.SandboxEnvironment;
import io.paymentsaga.sandbox.stripe.TestCard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MetricsIT {
  @RegisterExtension static final SandboxEnvironment sandbox = new SandboxEnvironment();
  private static final Pattern ADDRESS = Pattern.compile("Metrics on (http://\\S+)");

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static PaymentService service;
  private static Payment paid;
  private static Payment declined;

  @BeforeAll
  static void something_of_everything_happens() {
    service =
        PaymentService.start(
            sandbox, Map.of("METRICS_PORT", "0", "CONSUMER_RETRY_BACKOFF", "10ms"));
    paid = service.checkout().paid();
    declined = service.checkout();
    declined.pay(TestCard.DECLINED);
    declined.awaitSaga("COMPENSATED");
    service.webhook("{}", "t=1,v1=forged").expect(400);
    service.api("").get("/api/v1/payments/" + paid.id()).expect(401);
    service.api("").get("/no/such/" + UUID.randomUUID()).expect(404);
    service.topics().publish("order.created", "o", "not JSON");
    service
        .topics()
        .publish(
            "saga.payment.compensate",
            "o",
            Json.of(Map.of("action", "cancel_payment", "orderId", "unknown")).toString());
    eventually().until(() -> service.topics().deadLetters("o").size() == 2);
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void everything_is_counted_where_it_happens() {
    eventually()
        .untilAsserted(
            () ->
                assertThat(scrape())
                    .contains(
                        "payments_transitions_total{from=\"NONE\",to=\"PENDING\"} 2.0",
                        "payments_transitions_total{from=\"PENDING\",to=\"COMPLETED\"} 1.0",
                        "payments_transitions_total{from=\"PENDING\",to=\"FAILED\"} 1.0",
                        "sagas_active 0.0",
                        "sagas_stuck 0.0",
                        "sagas_overdue_seconds 0.0",
                        "stripe_events_age_seconds",
                        "stripe_access_refused 0.0",
                        "outbox_pending 0.0",
                        "outbox_oldest_seconds 0.0",
                        "outbox_relay_sent_seconds_count 6",
                        "outbox_relay_failures_total 0.0",
                        "kafka_brokers 1.0",
                        "kafka_topic_drift{topic=\"payment.initiated\"} 0.0",
                        "messages_dead_lettered_total{route=\"consume-order-created\"} 1.0",
                        "messages_retried_total{route=\"consume-compensation-command\"} 4.0",
                        "messages_consumed_total{outcome=\"done\",route=\"consume-order-created\"}",
                        "stripe_webhooks_total{outcome=\"accepted\",type=\"checkout.session.completed\"} 1.0",
                        "stripe_webhooks_total{outcome=\"rejected\",type=\"other\"} 1.0",
                        "stripe_requests_seconds_count{operation=\"POST /v1/checkout/sessions\",outcome=\"200\"} 2",
                        "stripe_requests_seconds_count{operation=\"POST /v1/checkout/sessions/id/expire\",outcome=\"200\"} 1",
                        "http_server_requests_seconds_count{method=\"POST\",route=\"/api/v1/payments/checkout-session\",status=\"201\"} 2",
                        "http_server_requests_seconds_count{method=\"GET\",route=\"/api/v1/payments/:paymentId\",status=\"401\"} 1",
                        "http_server_requests_seconds_count{method=\"GET\",route=\"other\",status=\"404\"} 1",
                        "hikaricp_connections_active{pool=\"database\"}",
                        "jvm_memory_used_bytes",
                        "camel_exchanges_succeeded_total{"));
  }

  @Test
  void no_id_and_no_secret_becomes_a_label() {
    assertThat(scrape())
        .doesNotContain(
            List.of(
                paid.id(),
                paid.orderId(),
                paid.sessionId(),
                paid.paymentIntentId(),
                declined.orderId(),
                declined.saga().path("sagaId").asText(),
                "/no/such",
                "whsec_",
                "sk_test"));
  }

  @Test
  void on_a_port_of_their_own_they_are_nowhere_else() {
    assertThat(get("/metrics").headers().firstValue("Content-Type"))
        .hasValue("text/plain; version=0.0.4; charset=utf-8");
    assertThat(get("/health").statusCode()).isEqualTo(404);
    service.api("").get("/metrics").expect(404);
  }

  private static String scrape() {
    return get("/metrics").body();
  }

  private static HttpResponse<String> get(String path) {
    var address = ADDRESS.matcher(service.log());
    assertThat(address.find()).isTrue();
    try {
      return CLIENT.send(
          HttpRequest.newBuilder(URI.create(address.group(1)).resolve(path)).build(),
          BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while scraping", e);
    }
  }
}
