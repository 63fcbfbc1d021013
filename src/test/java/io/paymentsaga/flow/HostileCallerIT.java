package io.paymentsaga.flow;

import static io.paymentsaga.flow.PaymentService.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.paymentsaga.flow.RawHttp.Reply;
import io.paymentsaga.http.HttpContract;
import io.paymentsaga.http.Operation;
import io.paymentsaga.sandbox.SandboxEnvironment;
import io.paymentsaga.sandbox.TokenIssuer;
import io.paymentsaga.sandbox.stripe.WebhookSignature;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What strangers try, all of it on the running service: each gets an answer, and nothing else. */
class HostileCallerIT {
  private static final String LIST = "/api/v1/payments";
  private static final int FUZZ_REQUESTS = 1_200;
  private static final long FUZZ_SEED = 20_261_130;
  private static final String BECAUSE = "{\"reason\":\"because\"}";

  /** What an answer never says, whatever went wrong. */
  private static final List<String> INSIDE =
      List.of(
          "exception",
          "io.paymentsaga",
          "org.apache",
          "camel",
          "vertx",
          "netty",
          "nimbus",
          "jackson",
          "postgres",
          "psql",
          "select ",
          "stack",
          "\tat ");

  @RegisterExtension static final SandboxEnvironment sandbox = new SandboxEnvironment();
  private static PaymentService service;
  private static JdbcClient database;
  private static RawHttp raw;
  private static RSAKey forger;
  private static List<String> tables;

  @BeforeAll
  static void start() throws JOSEException {
    forger = new RSAKeyGenerator(2048).generate();
    service = PaymentService.start(sandbox, Map.of("JAVA_TOOL_OPTIONS", "-Xmx256m"));
    database = JdbcClient.create(sandbox.database().dataSource());
    raw = new RawHttp(service.webhooks());
    tables = tables();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @AfterEach
  void everythingIsStillThere() {
    assertThat(tables()).isEqualTo(tables);
    service.api("").get("/health/live").expect(200);
  }

  // --- What is written into fields
  // -----------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'; DROP TABLE payment; --",
        "' OR '1'='1",
        "\\'; SELECT pg_sleep(9); --",
        "${exception.stacktrace} ${env:DATABASE_PASSWORD} ${sys:user.home}",
        "${bean:stripe} #{T(java.lang.Runtime).getRuntime()} $simple{body}",
        "{{stripe.secretKey}} {{env:DATABASE_PASSWORD}}",
        ":#orderId :#${body} ? # %s %n {0}",
        "${jndi:ldap://127.0.0.1:1/x} <script>alert(1)</script> ../../etc/passwd"
      })
  void what_looks_like_code_is_text_everywhere(String text) {
    String user = text + UUID.randomUUID();
    Order order =
        Order.some()
            .with("orderId", text + UUID.randomUUID())
            .of(user)
            .with("items", item(text))
            .with("metadata", Json.of(Map.of("note", text)))
            .with(
                "shippingAddress",
                Json.of(Map.of("line1", text, "city", text, "state", text, "country", "FR")));

    Payment payment = service.checkout(order);

    JsonNode shown = payment.show();
    assertThat(shown.path("orderId").asText()).isEqualTo(order.id());
    assertThat(shown.path("userId").asText()).isEqualTo(user);
    assertThat(shown.at("/items/0/productName").asText()).isEqualTo(text);
    assertThat(shown.at("/items/0/productId").asText()).isEqualTo(text);
    String found = LIST + "?orderId=" + encoded(order.id()) + "&userId=" + encoded(user);
    assertThat(service.api().get(found).expect(200).json().path("items")).hasSize(1);
    assertThat(service.stripeObject(payment.sessionId()).at("/metadata/note").asText())
        .isEqualTo(text);
    String reason = Json.of(Map.of("reason", text)).toString();
    service.api().post(payment.path() + "/cancel", reason).expect(202);
    payment.awaitSaga("COMPENSATED");
    assertThat(payment.show().path("cancelReason").asText()).isEqualTo(text);
    for (String path : List.of("payments/%s", "payments/%s/saga", "dead-letters/%s")) {
      closed(service.api().get("/api/v1/" + path.formatted(encoded(text))), 404);
    }
    closed(service.api().get(LIST + "?status=" + encoded(text)), 400);
    closed(service.api().get(LIST + "?from=" + encoded(text)), 400);
    closed(service.api().get(LIST + "?cursor=" + encoded(text)), 400);
  }

  @Test
  void no_line_of_the_log_can_be_forged() {
    String forged = "2026-01-01T00:00:00.000Z INFO  [main] i.p.PaymentSagaService - forged";
    String lines = "because\r\n" + forged + "\u001b[2J\n" + forged;
    Payment payment = service.checkout();
    service
        .topics()
        .publish(
            "saga.payment.compensate",
            payment.orderId(),
            Json.of(Map.of("action", lines, "orderId", lines, "eventId", lines, "service", lines))
                .toString());
    service.topics().publish("order.cancelled", lines, lines);
    String reason = Json.of(Map.of("reason", lines.replace("\u001b", ""))).toString();
    service.api().post(payment.path() + "/cancel", reason).expect(202);
    raw.get("/api/v1/" + encoded(lines), "X-Correlation-Id: a\u001b[2J", "User-Agent: " + forged);

    payment.awaitSaga("COMPENSATED");
    eventually().until(() -> service.topics().deadLetters(lines).size() == 1);
    eventually().until(() -> service.topics().deadLetters(payment.orderId()).size() == 1);
    assertThat(service.log().lines()).noneMatch(line -> line.startsWith("2026-01-01T00"));
    assertThat(service.log()).doesNotContain("\u001b");
  }

  // --- What is written beside the body
  // -------------------------------------------------------------

  @Test
  void no_header_and_no_query_parameter_steers_what_happens_inside() {
    String saga = service.checkout().saga().path("sagaId").asText();
    Map<String, String> steering = new LinkedHashMap<>();
    steering.put("Long-Running-Action", saga);
    steering.put("long-running-action", saga);
    steering.put("CamelSqlQuery", "DELETE FROM payment");
    steering.put("cAmElSqlQuery", "DELETE FROM payment");
    steering.put("CamelSqlParameters", "x");
    steering.put("CamelHttpResponseCode", "418");
    steering.put("CamelHttpUri", "http://127.0.0.1:1");
    steering.put("CamelBeanMethodName", "close");
    steering.put("kafka.OVERRIDE_TOPIC", "elsewhere");
    steering.put("kafka.KEY", "x");
    steering.put("paymentId", "x");
    steering.put("breadcrumbId", "x");
    steering.put("transfer-exception", "true");
    String query =
        String.join(
            "&",
            steering.entrySet().stream()
                .map(each -> each.getKey() + "=" + encoded(each.getValue()))
                .toList());
    Order order = Order.some();
    StringBuilder headers = new StringBuilder("Host: localhost\r\nConnection: close\r\n");
    steering.put("Authorization", "Bearer " + service.bearer());
    steering.put("Content-Type", "application/json");
    steering.put("Content-Length", Integer.toString(order.json().length()));
    steering.forEach((name, value) -> headers.append(name + ": " + value + "\r\n"));

    Reply reply =
        raw.send(
            "POST /api/v1/payments/checkout-session?%s HTTP/1.1\r\n%s\r\n%s"
                .formatted(query, headers, order.json()));

    assertThat(reply.status()).as(reply.text()).isEqualTo(201);
    assertThat(reply.headers())
        .contains("location", "x-correlation-id")
        .noneMatch(name -> name.matches("(camel|kafka|long-running|exchange|breadcrumb).*"))
        .doesNotContain("authorization", "traceparent", "paymentid");
    assertThat(reply.text()).doesNotContain(saga);
    service.api().get(LIST + "?" + query).expect(400);
    Payment payment = service.paymentOf(order);
    payment.awaitEvents("payment.initiated");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a b",
        "a,b",
        "\"a\"",
        "a;b",
        "a\u00e4",
        "../x",
        "<x>",
        "a%0d%0aSet-Cookie:x",
        "${body}"
      })
  void a_correlation_id_that_is_more_than_an_id_is_replaced(String id) {
    Reply reply = raw.get("/health/live", "X-Correlation-Id: " + id);

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.text()).doesNotContain(id).doesNotContainIgnoringCase("set-cookie");
    assertThat(reply.text().toLowerCase(Locale.ROOT))
        .containsPattern("x-correlation-id: [0-9a-f-]{36}\r\n");
  }

  @Test
  void a_message_steers_nothing_by_its_headers_neither_at_once_nor_when_it_is_replayed() {
    Payment bystander = service.checkout();
    Order order = Order.some();
    Map<String, String> steering =
        Map.of(
            "Long-Running-Action", bystander.saga().path("sagaId").asText(),
            "CamelSqlQuery", "DELETE FROM payment",
            "CamelSqlUpdateCount", "7",
            "kafka.TOPIC", "elsewhere",
            "kafka.OVERRIDE_TOPIC", "elsewhere",
            "effect", "direct:cancel-payment",
            "takenFrom", "nobody");
    service
        .topics()
        .publish(
            "saga.payment.compensate",
            order.id(),
            Json.of(Map.of("action", "cancel_payment", "orderId", order.id())).toString(),
            steering);
    eventually().until(() -> service.topics().deadLetters(order.id()).size() == 1);
    String letter =
        database
            .sql("SELECT dead_letter_id FROM dead_letter WHERE convert_from(key, 'UTF8') = :order")
            .param("order", order.id())
            .query(String.class)
            .single();
    Payment payment = service.checkout(order);

    Answer replayed = service.api().post("/api/v1/dead-letters/" + letter + "/replay", BECAUSE);

    assertThat(replayed.expect(202).text("status")).isEqualTo("REPLAYED");
    payment.awaitSaga("COMPENSATED");
    assertThat(bystander.status()).isEqualTo("PENDING");
    assertThat(bystander.saga().path("state").asText()).isEqualTo("AWAITING_PAYMENT");
    Set<String> leaving =
        payment.events().stream()
            .flatMap(event -> event.headers().stream())
            .collect(Collectors.toSet());
    assertThat(leaving)
        .isSubsetOf(
            "ce_id",
            "ce_type",
            "ce_source",
            "ce_specversion",
            "ce_time",
            "ce_subject",
            "content-type",
            "correlationId",
            "traceparent");
  }

  // --- Tokens
  // --------------------------------------------------------------------------------------

  static Stream<Arguments> forgedTokens() throws Exception {
    RSAKey known = JWKSet.load(jwks().toURL()).getKeys().get(0).toRSAKey();
    String kid = known.getKeyID();
    JWTClaimsSet claims = claims().build();
    String genuine = sandbox.tokenIssuer().operatorToken();
    String[] parts = genuine.split("\\.", -1);
    SignedJWT shared =
        new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(kid).build(), claims);
    shared.sign(new MACSigner(known.toRSAPublicKey().getEncoded()));
    return Stream.of(
        Arguments.of("no signature at all", new PlainJWT(claims).serialize()),
        Arguments.of("an empty signature", parts[0] + "." + parts[1] + "."),
        Arguments.of("somebody else's claims", swapped(parts)),
        Arguments.of("the public key as shared secret", shared.serialize()),
        Arguments.of("a key of its own", signed(header().keyID(kid).jwk(forger.toPublicJWK()))),
        Arguments.of(
            "an address of keys", signed(header().jwkURL(URI.create("http://127.0.0.1:1")))),
        Arguments.of(
            "a certificate", signed(header().x509CertURL(URI.create("http://127.0.0.1:1")))),
        Arguments.of("a path for a key id", signed(header().keyID("../../../../dev/null"))),
        Arguments.of("SQL for a key id", signed(header().keyID("' UNION SELECT 'key"))),
        Arguments.of(
            "an extension that must be understood",
            signed(header().criticalParams(Set.of("x")).customParam("x", true))),
        Arguments.of("no key id", signed(header())),
        Arguments.of("an expired one", expired()),
        Arguments.of("another audience", issued(claims().audience(List.of("a", "b")))),
        Arguments.of("another issuer", issued(claims().issuer("https://evil.example"))),
        Arguments.of("not valid yet", issued(claims().notBeforeTime(in(Duration.ofHours(1))))),
        Arguments.of("nobody's", issued(claims().subject(null))),
        Arguments.of("no end", issued(claims().expirationTime(null))),
        Arguments.of("five parts", genuine + ".a.b"),
        Arguments.of("a long one", genuine + "A".repeat(6_000)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forgedTokens")
  void a_token_that_is_not_the_issuers_for_us_and_now_is_refused(String name, String token) {
    Answer answer = service.api(token).get(LIST);

    closed(answer, 401);
    assertThat(answer.header("WWW-Authenticate").orElseThrow()).contains("invalid_token");
  }

  @Test
  void a_token_stands_in_one_header_and_is_of_bounded_size() {
    String token = service.bearer();

    assertThat(raw.get(LIST, "Authorization: Bearer " + token).status()).isEqualTo(200);
    assertThat(raw.get(LIST + "?access_token=" + token).status()).isEqualTo(401);
    assertThat(raw.get(LIST, "Cookie: Authorization=Bearer " + token).status()).isEqualTo(401);
    assertThat(raw.get(LIST, "Authorization: Basic " + token).status()).isEqualTo(401);
    assertThat(raw.get(LIST, "Authorization: Bearer x", "Authorization: Bearer " + token).status())
        .isEqualTo(401);
    assertThat(raw.get(LIST, "Authorization: Bearer " + "A".repeat(100_000)).status())
        .isIn(400, 431);
  }

  @Test
  void a_customer_reaches_nobody_elses_payment_by_any_call() {
    Payment others = service.checkout(Order.some().of("usr_victim")).paid();
    String saga = others.saga().path("sagaId").asText();
    Api customer = service.apiFor("usr_thief", "payments:own");

    closed(customer.get(others.path()), 404);
    closed(customer.get(others.path() + "/saga"), 404);
    closed(customer.post(others.path() + "/cancel", "{}"), 404);
    closed(customer.get(LIST + "?userId=usr_victim"), 403);
    closed(customer.checkout(Order.some().of("usr_victim")), 403);
    assertThat(customer.get(LIST + "?orderId=" + others.orderId()).json().path("items")).isEmpty();
    closed(customer.post(others.path() + "/refunds", "{}"), 403);
    for (String call : List.of("sagas", "disputes", "dead-letters")) {
      closed(customer.get("/api/v1/" + call), 403);
    }
    for (String action : List.of("retry", "compensate", "resolve")) {
      closed(customer.post("/api/v1/sagas/" + saga + "/" + action, BECAUSE), 403);
    }
    closed(customer.post("/api/v1/customers/usr_victim/erase", BECAUSE), 403);
    closed(customer.checkout(Order.some().with("orderId", others.orderId()).of("usr_thief")), 409)
        .doesNotContain(others.id());
  }

  @Test
  void a_customer_sees_what_became_of_a_payment_and_not_who_did_it_and_why() {
    Payment payment = service.checkout(Order.some().of("usr_watched")).paid();
    service
        .api()
        .post(
            "/api/v1/sagas/" + payment.saga().path("sagaId").asText() + "/compensate",
            "{\"reason\":\"we suspect a fraud\"}")
        .expect(202);
    payment.awaitStatus("REFUNDED");
    assertThat(payment.saga().path("timeline").toString()).contains("we suspect a fraud");

    Api customer = service.apiFor("usr_watched", "payments:own");
    JsonNode shown = customer.get(payment.path() + "/saga").expect(200).json();

    assertThat(shown.path("timeline")).hasSameSizeAs(payment.saga().path("timeline"));
    assertThat(shown.path("timeline"))
        .allMatch(entry -> entry.path("actor").isNull() && entry.path("detail").isNull());
    assertThat(shown.toString()).doesNotContain("we suspect a fraud");
  }

  // --- Webhooks
  // ------------------------------------------------------------------------------------

  @Test
  void a_webhook_is_believed_for_its_signature_and_nothing_else() {
    Payment payment = service.checkout();
    String payload = paid(payment);
    String secret = service.stripe().webhookSecret();
    Instant now = Instant.now();
    String good = WebhookSignature.header(payload, secret, now);
    String mac = good.substring(good.indexOf("v1=") + 3);
    String old = WebhookSignature.header(payload, secret, now.minus(Duration.ofMinutes(10)));
    String time = "t=" + now.getEpochSecond();
    Map<String, String> forgeries = new LinkedHashMap<>();
    forgeries.put("an older scheme", time + ",v0=" + mac);
    forgeries.put("an unknown scheme", time + ",v2=" + mac);
    forgeries.put("no time", "v1=" + mac);
    forgeries.put("another time", "t=" + now.plusSeconds(1).getEpochSecond() + ",v1=" + mac);
    forgeries.put("an old time", old);
    forgeries.put("an old time, then a new one", old + "," + time);
    forgeries.put("a new time, then an old one", time + "," + old);
    forgeries.put("a part of it", time + ",v1=" + mac.substring(0, 32));
    forgeries.put("nothing", time + ",v1=");
    forgeries.put("no number", "t=now,v1=" + mac);
    forgeries.put("commas", ",,,=,=");
    forgeries.forEach(
        (name, signature) -> {
          Answer answer = service.webhook(payload, signature);
          assertThat(answer.status()).as(name).isEqualTo(400);
          closed(answer, 400);
        });
    for (String other :
        List.of(
            payload + "\n",
            "\ufeff" + payload,
            payload.replace("paid", "p\\u0061id"),
            payload.replace(":", ": "))) {
      closed(service.webhook(other, good), 400);
    }
    closed(service.api("").post("/webhooks/stripe?Stripe-Signature=" + good, payload), 400);
    closed(service.api().post("/webhooks/stripe", payload), 400);
    assertThat(payment.timeline()).doesNotContain("Captured");

    String rotated = time + ",v1=" + "0".repeat(64) + ",v0=x,v1=" + mac;
    service.webhook(payload, rotated).expect(200);
    service.webhook(payload, good).expect(200);
    payment.awaitStatus("COMPLETED");
    assertThat(payment.timeline()).containsOnlyOnce("Captured");
  }

  // --- Paths
  // ---------------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/payments/",
        "//api/v1/payments",
        "/api//v1/payments",
        "/API/V1/PAYMENTS",
        "/api/v1/payments;v=1",
        "/health/..;/api/v1/payments",
        "/health/../api/v1/payments",
        "/health/%2e%2e/api/v1/payments",
        "/health/..%2fapi%2fv1%2fpayments",
        "/./api/v1/payments",
        "/api/v1/payments/%2e%2e/sagas",
        "/api/v1/payments/..%2f..%2fsagas",
        "/api/v1/payments/..%5c..%5csagas",
        "/api/v1/payments/%252e%252e",
        "/api/v1/payments/%00",
        "/api/v1/payments/x%00/saga",
        "/api/v1/payments/%0d%0aX-Injected:%20yes",
        "/api/v1/payments/%ff",
        "/api/v1/payments/%c0%ae%c0%ae",
        "/api/v1/payments/%zz",
        "/api/v1/payments/%",
        "/api/v1/payments?limit=%zz",
        "/api/v1/payments?limit=1&limit=2",
        "/api/v1/payments?%00",
        "/application.properties",
        "/..%2fapplication.properties",
        "/../application.properties",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/routes/http-api.camel.yaml",
        "/metrics%00",
        "/.git/config",
        "http://127.0.0.1:1/api/v1/payments",
        "*"
      })
  void no_way_of_writing_a_path_leads_past_the_door(String target) {
    Reply stranger = raw.get(target);
    Reply operator = raw.get(target, "Authorization: Bearer " + service.bearer());

    assertThat(stranger.status()).as(stranger.text()).isIn(400, 401, 404, 405);
    assertThat(operator.status()).as(operator.text()).isIn(200, 400, 404, 405);
    for (Reply reply : List.of(stranger, operator)) {
      assertThat(reply.statuses()).hasSize(1);
      assertThat(reply.text()).doesNotContain("X-Injected: yes", "root:", "jdbc:");
      closed(reply.status() == 200 ? "" : reply.body());
    }
  }

  // --- Requests that two servers would read differently
  // --------------------------------------------

  static Stream<Arguments> smuggled() {
    String hidden = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
    String post = "POST /webhooks/stripe HTTP/1.1\r\nHost: localhost\r\n";
    String get = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n";
    return Stream.of(
        Arguments.of(
            "length and chunks",
            post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden),
        Arguments.of(
            "two lengths",
            post + "Content-Length: 0\r\nContent-Length: " + hidden.length() + "\r\n\r\n" + hidden),
        Arguments.of("a list of lengths", post + "Content-Length: 0, 9\r\n\r\n" + hidden),
        Arguments.of("a signed length", post + "Content-Length: +0\r\n\r\n" + hidden),
        Arguments.of("a negative length", post + "Content-Length: -1\r\n\r\n" + hidden),
        Arguments.of("a length of letters", post + "Content-Length: 0x0\r\n\r\n" + hidden),
        Arguments.of(
            "an unknown coding", post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + hidden),
        Arguments.of(
            "a coding after chunks",
            post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + hidden),
        Arguments.of(
            "a space before the colon",
            post + "Transfer-Encoding : chunked\r\nContent-Length: 0\r\n\r\n" + hidden),
        Arguments.of(
            "a chunk of no size", post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n" + hidden),
        Arguments.of(
            "a chunk of a huge size",
            post + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF1\r\n" + hidden),
        Arguments.of("a NUL in a header", get + "X: a\0b\r\n\r\n" + hidden),
        Arguments.of("a lone carriage return", get + "X: a\rY: b\r\n\r\n" + hidden),
        Arguments.of("two hosts", get + "Host: evil\r\n\r\n" + hidden),
        Arguments.of("a line that is no request", "GARBAGE\r\n\r\n" + hidden),
        Arguments.of("no version", "GET /health/live\r\n\r\n" + hidden),
        Arguments.of("another protocol", "GET /health/live HTTP/9.9\r\n\r\n" + hidden));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("smuggled")
  void a_request_that_can_be_read_in_two_ways_hides_no_other(String name, String request) {
    Reply reply = raw.send(request);

    assertThat(reply.text()).doesNotContain("jvm_memory");
    assertThat(reply.statuses()).isSubsetOf(400, 411, 413, 431, 501, 505);
    assertThat(reply.closed()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TRACE", "CONNECT", "PUT", "PATCH", "DELETE", "PROPFIND"})
  void a_method_nobody_serves_is_refused(String method) {
    Reply reply =
        raw.send(method + " /api/v1/payments HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

    assertThat(reply.status()).isIn(400, 404, 405, 501);
    assertThat(reply.text()).doesNotContainIgnoringCase("access-control-allow");
    closed(reply.body());
  }

  // --- Whatever else
  // -------------------------------------------------------------------------------

  @Test
  void whatever_is_sent_the_answer_is_one_the_document_allows() throws InterruptedException {
    long seed = Long.getLong("fuzz.seed", FUZZ_SEED);
    int requests = Integer.getInteger("fuzz.requests", FUZZ_REQUESTS);
    System.out.println("Fuzzer: fuzz.seed=" + seed + " fuzz.requests=" + requests);
    Payment payment = service.checkout(Order.some().of("usr_1"));
    Payment paid = service.checkout().paid();
    HttpFuzzer fuzzer =
        new HttpFuzzer(
            seed,
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(),
            service.webhooks(),
            List.of(
                "Bearer " + service.bearer(),
                "Bearer " + service.bearer(),
                "Bearer " + customer("usr_1"),
                ""),
            Map.of(
                "paymentId", List.of(payment.id(), paid.id()),
                "sagaId", List.of(sagaOf(payment), sagaOf(paid)),
                "customer", List.of("usr_fuzz"),
                "file", List.of("page.js", "nothing.js")));
    List<Operation> operations = HttpContract.published().operations();

    for (int i = 0; i < requests; i++) {
      fuzzer.call(operations.get(i % operations.size()));
    }

    System.out.println("Fuzzer: " + fuzzer);
    assertThat(fuzzer.answers()).containsKeys(200, 201, 202, 400, 401, 403, 404);
    assertThat(service.log()).doesNotContain("OutOfMemoryError");
  }

  private static String customer(String user) {
    return sandbox.tokenIssuer().mint(user, List.of("payments:own"), Duration.ofHours(1));
  }

  private static String sagaOf(Payment payment) {
    return payment.saga().path("sagaId").asText();
  }

  private static List<String> tables() {
    return database
        .sql(
            """
            SELECT table_name FROM information_schema.tables
            WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY table_name
            """)
        .query(String.class)
        .list();
  }

  private static JsonNode item(String text) {
    return Json.read(
        "["
            + Json.of(
                Map.of("productId", text, "productName", text, "quantity", 2, "unitAmount", 1250))
            + "]");
  }

  /** An answer with this status and a problem in it that tells nothing of the inside. */
  private static AbstractStringAssert<?> closed(Answer answer, int status) {
    answer.expect(status);
    assertThat(answer.header("Content-Type")).contains("application/problem+json");
    assertThat(answer.json().path("status").asInt()).isEqualTo(status);
    return closed(answer.response().body());
  }

  private static AbstractStringAssert<?> closed(String body) {
    return assertThat(body).doesNotContainIgnoringCase(INSIDE.toArray(String[]::new));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static URI jwks() {
    return sandbox.tokenIssuer().jwksUrl();
  }

  private static Date in(Duration time) {
    return Date.from(Instant.now().plus(time));
  }

  private static JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .issuer(sandbox.tokenIssuer().issuer())
        .audience(TokenIssuer.AUDIENCE)
        .subject("attacker")
        .expirationTime(in(Duration.ofHours(1)))
        .claim("scope", "payments:read payments:write payments:refund payments:operate");
  }

  private static String issued(JWTClaimsSet.Builder claims) {
    return sandbox.tokenIssuer().sign(claims.build());
  }

  private static String expired() {
    return sandbox
        .tokenIssuer()
        .mint("operator", List.of("payments:read"), Duration.ofMinutes(-10));
  }

  private static JWSHeader.Builder header() {
    return new JWSHeader.Builder(JWSAlgorithm.RS256);
  }

  /** Signed by a key that is not the issuer's. */
  private static String signed(JWSHeader.Builder header) throws JOSEException {
    SignedJWT token = new SignedJWT(header.build(), claims().build());
    token.sign(new RSASSASigner(forger));
    return token.serialize();
  }

  /** Signed by the issuer, for less. */
  private static String swapped(String[] operator) {
    String customer =
        sandbox.tokenIssuer().mint("usr_7", List.of("payments:own"), Duration.ofHours(1));
    String[] parts = customer.split("\\.", -1);
    return parts[0] + "." + operator[1] + "." + parts[2];
  }

  private static String paid(Payment payment) {
    return Json.of(
            Map.of(
                "id",
                "evt_" + UUID.randomUUID(),
                "object",
                "event",
                "type",
                "checkout.session.completed",
                "data",
                Map.of(
                    "object",
                    Map.of(
                        "id",
                        payment.sessionId(),
                        "object",
                        "checkout.session",
                        "payment_status",
                        "paid",
                        "payment_intent",
                        "pi_" + UUID.randomUUID(),
                        "amount_total",
                        Order.AMOUNT,
                        "currency",
                        "usd",
                        "metadata",
                        Map.of("paymentId", payment.id())))))
        .toString();
  }
}
