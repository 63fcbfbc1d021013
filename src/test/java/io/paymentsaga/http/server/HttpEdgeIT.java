package io.paymentsaga.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.paymentsaga.http.Access;
import io.paymentsaga.http.Authentication;
import io.paymentsaga.http.CheckoutRequests;
import io.paymentsaga.http.CorrelationIds;
import io.paymentsaga.http.ListParameters;
import io.paymentsaga.http.Pages;
import io.paymentsaga.http.ProblemException;
import io.paymentsaga.http.ProblemResponses;
import io.paymentsaga.http.RateLimits;
import io.paymentsaga.http.TokenIssuer;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The beans together behind HTTP, called as the YAML routes call them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpEdgeIT {
  private static final String CHECKOUT =
      """
      {"orderId":"ord_1","userId":"usr_7","customerEmail":"ada@example.com","currency":"usd",
       "items":[{"productId":"sku-1","productName":"Mug","quantity":2,"unitAmount":1250}]}
      """;

  private TokenIssuer issuer;
  private Authentication authentication;
  private EdgeServer server;

  @BeforeAll
  void start() throws Exception {
    issuer = new TokenIssuer();
    authentication = Authentication.of(issuer.settings());
    Pages pages = new Pages(new byte[] {1});
    server =
        new EdgeServer(
            routes(),
            Map.of(
                "access", new Access(authentication, RateLimits.perCaller(0)),
                "checkoutRequests", new CheckoutRequests(),
                "correlationIds", new CorrelationIds(),
                "listQuery", pages.reader(ListParameters.of("payments").paged().id("orderId"))));
  }

  @AfterAll
  void stop() {
    server.close();
    authentication.close();
    issuer.close();
  }

  private static RouteBuilder routes() {
    return new RouteBuilder() {
      @Override
      public void configure() {
        onException(Exception.class).handled(true).process(new ProblemResponses());
        from("platform-http:/echo?httpMethodRestrict=GET,POST")
            .process("correlationIds")
            .setBody(simple("${exchangeProperty.correlationId} ${exchangeProperty.traceparent}"));
        from("platform-http:/payments?httpMethodRestrict=POST")
            .process("correlationIds")
            .to("bean:access?method=requireOrOwn(${exchange}, 'payments:write')")
            .to("bean:checkoutRequests?method=read")
            .setBody(simple("${body.orderId()} by ${exchangeProperty.caller.subject()}"));
        from("platform-http:/payments?httpMethodRestrict=GET")
            .process("correlationIds")
            .to("bean:access?method=require(${exchange}, 'payments:read')")
            .process("listQuery")
            .setBody(simple("at most ${exchangeProperty.listQuery.limit()}"));
        from("platform-http:/payments/{paymentId}/refunds?httpMethodRestrict=POST")
            .process(HttpEdgeIT::bug);
        from("platform-http:/conflict").process("correlationIds").process(HttpEdgeIT::conflict);
        from("platform-http:/unavailable").process(HttpEdgeIT::unavailable);
        from("platform-http:/bug").process("correlationIds").process(HttpEdgeIT::bug);
      }
    };
  }

  private static void conflict(Exchange exchange) {
    exchange.getMessage().setHeader("Location", "/payments/p2");
    throw ProblemException.conflict("There is a live payment", Map.of("paymentId", "p1"));
  }

  private static void unavailable(Exchange exchange) {
    throw ProblemException.unavailable("Stripe is slow", Duration.ofMillis(1500));
  }

  private static void bug(Exchange exchange) {
    throw new IllegalStateException("password=hunter2");
  }

  @Test
  void the_callers_ids_are_kept_and_answered() throws Exception {
    String traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    HttpResponse<String> response =
        server.get("/echo", "X-Correlation-Id", "order.42", "traceparent", traceparent);

    assertThat(response.body()).isEqualTo("order.42 " + traceparent);
    assertThat(response.headers().allValues("X-Correlation-Id")).containsExactly("order.42");
  }

  @Test
  void unacceptable_ids_are_replaced() throws Exception {
    HttpResponse<String> response =
        server.get("/echo", "X-Correlation-Id", "a b", "traceparent", "00-0-0-0");

    String correlationId = response.headers().firstValue("X-Correlation-Id").orElseThrow();
    assertThat(correlationId).matches("[0-9a-f-]{36}");
    assertThat(response.body())
        .matches(correlationId + " 00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-00");
  }

  @Test
  void a_caller_with_the_scope_and_a_valid_body_passes() throws Exception {
    HttpResponse<String> response =
        server.post(
            "/payments",
            CHECKOUT,
            "Authorization",
            issuer.bearer("shop", "payments:write"),
            "Content-Type",
            "application/json; charset=utf-8");

    assertThat(response.body()).isEqualTo("ord_1 by shop");
    assertThat(response.statusCode()).isEqualTo(200);
  }

  @Test
  void a_caller_without_a_token_is_challenged() throws Exception {
    HttpResponse<String> response =
        server.post("/payments", CHECKOUT, "Content-Type", "application/json");

    assertProblem(response, 401, "/problems/unauthorized");
    assertThat(response.headers().firstValue("WWW-Authenticate"))
        .contains("Bearer realm=\"payments\"");
  }

  @Test
  void a_caller_without_the_scope_is_told_which_one() throws Exception {
    HttpResponse<String> response =
        server.post("/payments", CHECKOUT, "Authorization", issuer.bearer("shop", "payments:read"));

    assertProblem(response, 403, "/problems/forbidden");
    assertThat(response.headers().firstValue("WWW-Authenticate").orElseThrow())
        .contains("insufficient_scope", "payments:write");
  }

  @Test
  void every_fault_of_a_body_is_answered() throws Exception {
    HttpResponse<String> response =
        server.post(
            "/payments",
            "{\"currancy\":\"USD\"}",
            "Authorization",
            issuer.bearer("shop", "payments:write"),
            "Content-Type",
            "application/json");

    JsonNode problem = assertProblem(response, 400, "/problems/validation");
    assertThat(problem.path("errors").findValuesAsText("pointer"))
        .contains("/currancy", "/currency", "/orderId", "/items");
    assertThat(problem.path("errors").findValuesAsText("code"))
        .contains("unknown-field", "required");
  }

  @Test
  void a_body_that_is_not_json_is_415() throws Exception {
    HttpResponse<String> response =
        server.post(
            "/payments",
            "a=b",
            "Authorization",
            issuer.bearer("shop", "payments:write"),
            "Content-Type",
            "application/x-www-form-urlencoded");

    assertProblem(response, 415, "/problems/unsupported-media-type");
  }

  @Test
  void query_parameters_are_read_and_unknown_ones_refused() throws Exception {
    String bearer = issuer.bearer("shop", "payments:read");

    assertThat(server.get("/payments?limit=7&orderId=o%201", "Authorization", bearer).body())
        .isEqualTo("at most 7");
    assertProblem(
        server.get("/payments?limit=201&ordreId=o", "Authorization", bearer),
        400,
        "/problems/validation");
  }

  @Test
  void a_conflict_names_what_is_in_the_way_and_drops_what_was_prepared() throws Exception {
    HttpResponse<String> response = server.get("/conflict");

    JsonNode problem = assertProblem(response, 409, "/problems/conflict");
    assertThat(problem.path("paymentId").textValue()).isEqualTo("p1");
    assertThat(problem.path("detail").textValue()).isEqualTo("There is a live payment");
    assertThat(response.headers().firstValue("Location")).isEmpty();
  }

  @Test
  void an_outage_says_when_to_come_back() throws Exception {
    HttpResponse<String> response = server.get("/unavailable");

    assertProblem(response, 503, "/problems/unavailable");
    assertThat(response.headers().firstValue("Retry-After")).contains("2");
  }

  @Test
  void a_bug_tells_the_caller_nothing_but_the_correlation_id() throws Exception {
    HttpResponse<String> response = server.get("/bug");

    assertProblem(response, 500, "/problems/internal");
    assertThat(response.body()).doesNotContain("hunter2", "IllegalState");
  }

  @ParameterizedTest
  @CsvSource({
    "GET,  /nothing,              404, /problems/not-found,",
    "GET,  /payments//refunds,    404, /problems/not-found,",
    "GET,  /payments/p1/refunds,  405, /problems/method-not-allowed, 'OPTIONS, POST'",
    "PUT,  /echo,                 405, /problems/method-not-allowed, 'GET, HEAD, OPTIONS, POST'",
    "PUT,  /payments,             405, /problems/method-not-allowed, 'GET, HEAD, OPTIONS, POST'",
  })
  void what_no_route_serves_is_a_problem_too(
      String method, String path, int status, String type, String allow) throws Exception {
    HttpResponse<String> response =
        server.send(server.request(path).method(method, BodyPublishers.noBody()).build());

    assertProblem(response, status, type);
    assertThat(response.headers().firstValue("Allow").orElse(null)).isEqualTo(allow);
  }

  @Test
  void what_a_path_supports_is_told_who_asks() throws Exception {
    HttpResponse<String> response =
        server.send(server.request("/payments").method("OPTIONS", BodyPublishers.noBody()).build());

    assertThat(response.statusCode()).isEqualTo(204);
    assertThat(response.headers().firstValue("Allow")).contains("GET, HEAD, OPTIONS, POST");
    assertThat(response.headers().map()).doesNotContainKey("access-control-allow-origin");
  }

  @Test
  void head_is_answered_as_get_is_without_a_body() throws Exception {
    HttpResponse<String> response =
        server.send(
            server
                .request("/payments?limit=0", "Authorization", issuer.bearer("s", "payments:read"))
                .method("HEAD", BodyPublishers.noBody())
                .build());

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(response.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/echo", "/nothing", "/bug"})
  void every_answer_keeps_browsers_in_check(String path) throws Exception {
    assertThat(server.get(path).headers().map())
        .containsEntry("x-content-type-options", List.of("nosniff"))
        .containsEntry("referrer-policy", List.of("no-referrer"))
        .containsEntry("cache-control", List.of("no-store"))
        .containsEntry(
            "content-security-policy", List.of("default-src 'none'; frame-ancestors 'none'"))
        .doesNotContainKey("strict-transport-security");
  }

  @Test
  void a_query_that_cannot_be_decoded_is_a_problem_too() throws Exception {
    assertThat(server.getUnchecked("/echo?limit=%zz"))
        .startsWith("HTTP/1.1 400 ")
        .contains("X-Correlation-Id: ", "application/problem+json", "/problems/validation");
  }

  @Test
  void a_body_over_the_limit_is_413() throws Exception {
    HttpResponse<String> response =
        server.post("/echo", "x".repeat((int) EdgeServer.LARGEST_BODY + 1));

    assertProblem(response, 413, "/problems/payload-too-large");
  }

  private static JsonNode assertProblem(HttpResponse<String> response, int status, String type)
      throws Exception {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    JsonNode problem = EdgeServer.json(response);
    assertThat(problem.path("type").textValue()).isEqualTo(type);
    assertThat(problem.path("status").intValue()).isEqualTo(status);
    assertThat(problem.path("title").textValue()).isNotBlank();
    assertThat(response.headers().allValues("X-Correlation-Id"))
        .containsExactly(problem.path("correlationId").textValue());
    return problem;
  }
}
