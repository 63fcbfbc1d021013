package io.paymentsaga.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.paymentsaga.http.server.EdgeServer;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HeaderHygieneIT {
  private final BlockingQueue<Map<String, Object>> seen = new LinkedBlockingQueue<>();
  private EdgeServer server;

  @BeforeAll
  void start() throws Exception {
    server =
        new EdgeServer(
            new RouteBuilder() {
              @Override
              public void configure() {
                from("platform-http:/payments/{paymentId}")
                    .process(HeaderHygieneIT.this::remember)
                    .setHeader("Location", constant("/payments/p1"))
                    .setHeader("Cache-Control", constant("no-store"))
                    .setHeader("Long-Running-Action", constant("saga-1"))
                    .setHeader("CamelSqlQuery", constant("SELECT 1"))
                    .setHeader("kafka.TOPIC", constant("payment.completed"))
                    .setHeader("internal", constant("secret"))
                    .setHeader("Content-Type", constant("application/json"))
                    .setBody(constant("{}"));
              }
            },
            Map.of());
  }

  private void remember(Exchange exchange) {
    Map<String, Object> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.putAll(exchange.getMessage().getHeaders());
    seen.add(headers);
  }

  @BeforeEach
  void forget() {
    seen.clear();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Long-Running-Action",
        "long-running-action",
        "CamelSqlQuery",
        "camelsqlquery",
        "CAMELSQLQUERY",
        "kafka.OVERRIDE_TOPIC",
        "KAFKA.override_topic",
        "org.apache.camel.anything",
        "anything-else"
      })
  void a_name_that_means_something_inside_does_not_get_in(String name) throws Exception {
    server.get("/payments/p1", name, "evil");
    assertThat(seen.remove()).doesNotContainKey(name);

    server.get("/payments/p1?" + name + "=evil");
    assertThat(seen.remove()).doesNotContainKey(name);

    server.post(
        "/payments/p1", name + "=evil", "Content-Type", "application/x-www-form-urlencoded");
    assertThat(seen.remove()).doesNotContainKey(name);
  }

  @Test
  void what_camel_tells_of_the_request_cannot_be_overridden() throws Exception {
    server.get("/payments/p1?CamelHttpMethod=DELETE", "CamelHttpPath", "/other");

    assertThat(seen.remove())
        .containsEntry("CamelHttpMethod", "GET")
        .containsEntry("CamelHttpPath", "/payments/p1")
        .containsEntry("CamelHttpQuery", "CamelHttpMethod=DELETE");
  }

  @Test
  void a_path_parameter_is_neither_doubled_by_a_header_nor_by_a_query_parameter() throws Exception {
    server.get("/payments/p1?paymentId=p2", "paymentId", "p3");

    assertThat(seen.remove()).containsEntry("paymentId", "p1");
  }

  @Test
  void a_query_parameter_is_no_credential() throws Exception {
    server.get("/payments/p1?Authorization=Bearer%20stolen&Idempotency-Key=k");

    assertThat(seen.remove()).doesNotContainKeys("Authorization", "Idempotency-Key");
  }

  @Test
  void the_headers_the_api_reads_get_in() throws Exception {
    server.get("/payments/p1", "authorization", "Bearer t", "Idempotency-Key", "k");

    assertThat(seen.remove())
        .containsEntry("Authorization", "Bearer t")
        .containsEntry("Idempotency-Key", "k");
  }

  @Test
  void only_what_callers_may_see_gets_out() throws Exception {
    HttpResponse<String> response =
        server.get("/payments/p1", "Authorization", "Bearer t", "Idempotency-Key", "k");

    assertThat(response.headers().map())
        .containsOnlyKeys(
            "location",
            "cache-control",
            "content-type",
            "transfer-encoding",
            "x-correlation-id",
            "content-security-policy",
            "referrer-policy",
            "x-content-type-options");
    assertThat(response.headers().firstValue("Location")).contains("/payments/p1");
  }
}
