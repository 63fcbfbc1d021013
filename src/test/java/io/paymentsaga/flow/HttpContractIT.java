package io.paymentsaga.flow;

import static io.paymentsaga.flow.PaymentService.eventually;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.paymentsaga.http.HttpContract;
import io.paymentsaga.http.OpenApi;
import io.paymentsaga.http.Operation;
import io.paymentsaga.sandbox.SandboxEnvironment;
import io.paymentsaga.sandbox.stripe.ApiFault;
import io.paymentsaga.sandbox.stripe.WebhookSignature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The served OpenAPI document, held against the running service: every operation is answered, with
 * every status it names short of an outage, for the scopes it names and no others, and every
 * command it shows works. That each answer is what the document says, {@link Api} checks, here as
 * in all other tests.
 */
class HttpContractIT {
  private static final String EXPIRE = "POST /v1/checkout/sessions/.*/expire";
  private static final List<String> SCOPES =
      List.of(
          "payments:read", "payments:write", "payments:refund", "payments:operate", "payments:own");

  @RegisterExtension static final SandboxEnvironment sandbox = new SandboxEnvironment();
  private static PaymentService service;

  @BeforeAll
  static void start() {
    service =
        PaymentService.start(
            sandbox,
            Map.of(
                "SAGA_COMPENSATION_ATTEMPTS", "1",
                "CONSUMER_RETRY_ATTEMPTS", "1",
                "CONSUMER_RETRY_BACKOFF", "10ms"));
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  static Stream<Operation> operations() {
    return HttpContract.published().operations().stream();
  }

  static Stream<Operation> guarded() {
    return operations().filter(operation -> !operation.scopes().isEmpty());
  }

  @Test
  void the_document_is_served_as_it_was_checked() {
    Answer answer = service.api("").get("/openapi.yaml").expect(200);

    assertThat(answer.header("Content-Type")).hasValue("application/yaml");
    assertThat(answer.response().body()).isEqualTo(new OpenApi().document());
  }

  @ParameterizedTest
  @MethodSource("guarded")
  void an_operation_is_open_to_its_scopes_and_to_no_others(Operation operation) {
    String path = somewhere(operation);

    knock(service.api(""), operation, path).expect(401);
    for (String scope : SCOPES) {
      int status = knock(service.apiFor("usr_1", scope), operation, path).status();
      if (operation.scopes().contains(scope)) {
        assertThat(status).as(scope).isNotIn(401, 403);
      } else {
        assertThat(status).as(scope).isEqualTo(403);
      }
    }
  }

  /** A call that changes nothing, whoever makes it. */
  private static Answer knock(Api api, Operation operation, String path) {
    return operation.method().equals("GET") ? api.get(path) : api.post(path, "{\"surprise\":1}");
  }

  @ParameterizedTest
  @MethodSource("operations")
  void every_command_the_document_shows_works(Operation operation) throws Exception {
    Map<String, String> variables = variables(operation);
    for (String command : operation.commands()) {
      Process shell = shell(command, variables);
      String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(shell.waitFor()).as(output).isZero();
      assertThat(output.lines().reduce((first, last) -> last))
          .as(output)
          .hasValue(operation.statuses().first());
    }
  }

  /** As a reader's shell runs it, but for the status on a last line. */
  private static Process shell(String command, Map<String, String> variables) throws IOException {
    ProcessBuilder shell =
        new ProcessBuilder(
                "sh", "-c", "curl() { command curl \"$@\" -w '\\n%{http_code}\\n'; }; " + command)
            .redirectErrorStream(true);
    shell.environment().put("SERVICE", service.address().toString());
    shell
        .environment()
        .put("TOKEN", "Authorization: Bearer " + sandbox.tokenIssuer().operatorToken());
    shell.environment().put("JSON", "Content-Type: application/json");
    shell.environment().putAll(variables);
    return shell.start();
  }

  @ParameterizedTest
  @MethodSource("operations")
  void every_status_an_operation_names_is_answered(Operation operation) {
    Set<String> named = new TreeSet<>(operation.statuses());
    named.removeIf(status -> status.startsWith("5"));

    Set<String> answered =
        Stream.of(expected(operation), refused(operation), misfits(operation))
            .flatMap(answers -> answers)
            .map(answer -> Integer.toString(answer.status()))
            .collect(toSet());

    assertThat(answered).containsAll(named);
  }

  /** What the operation is for. */
  private static Stream<Answer> expected(Operation operation) {
    return switch (operation.id()) {
      case "createCheckoutSession" -> Stream.of(service.api().checkout(Order.some()));
      case "receiveStripeWebhook" -> {
        String event = operation.examples().get(0);
        yield Stream.of(service.webhook(event, signed(event)));
      }
      default -> Stream.of(call(service.api(), operation, existing(operation)));
    };
  }

  private static String signed(String event) {
    return WebhookSignature.header(event, service.stripe().webhookSecret(), Instant.now());
  }

  /** What is refused for who asks, for what is asked, or for what is not there. */
  private static Stream<Answer> refused(Operation operation) {
    Api operator = service.api();
    String path = somewhere(operation);
    List<Answer> answers = new ArrayList<>();
    if (!operation.scopes().isEmpty()) {
      answers.add(knock(service.api(""), operation, path));
      answers.add(knock(service.apiFor("usr_1", "shop:read"), operation, path));
    }
    if (operation.path().contains("{")) {
      answers.add(call(operator, operation, path));
    }
    if (operation.method().equals("POST")) {
      answers.add(knock(operator, operation, path));
      answers.add(operator.post(path, "{\"note\":\"" + "n".repeat(256 * 1024) + "\"}"));
      answers.add(operator.post(path, "text/plain", "{}"));
    } else if (operation.statuses().contains("400")) {
      answers.add(operator.get(path + "?limit=0"));
    }
    return answers.stream();
  }

  /** What does not fit the state of what it is asked for. */
  private static Stream<Answer> misfits(Operation operation) {
    return switch (operation.id()) {
      case "createCheckoutSession" -> {
        Order order = Order.some();
        service.checkout(order);
        yield Stream.of(
            service.api().checkout(order), service.api().checkout(Order.some().costing(1)));
      }
      case "refundPayment" ->
          Stream.of(
              service.checkout().refund("{}"),
              service.checkout().paid().refund("{\"amount\":" + (Order.AMOUNT + 1) + "}"));
      case "requestCancellation" -> Stream.of(service.checkout().paid().cancel());
      case "retrySaga", "resolveSaga" ->
          Stream.of(call(service.api(), operation, at(operation, sagaOf(service.checkout()))));
      case "compensateSaga" -> {
        Payment refunded = service.checkout().paid();
        refunded.refund("{}").expect(202);
        String saga = refunded.saga().at("/related/0/sagaId").asText();
        yield Stream.of(call(service.api(), operation, at(operation, saga)));
      }
      case "replayDeadLetter" -> {
        String letter = deadLetter();
        act(letter, "discard");
        yield Stream.of(act(letter, "replay"));
      }
      case "discardDeadLetter" -> {
        String letter = replayableDeadLetter();
        act(letter, "replay");
        yield Stream.of(act(letter, "discard"));
      }
      case "repairDifference" ->
          Stream.of(call(service.api(), operation, at(operation, difference("SETTLED"))));
      case "settleDifference" ->
          Stream.of(call(service.api(), operation, at(operation, difference("GONE"))));
      default -> Stream.empty();
    };
  }

  private static Answer call(Api api, Operation operation, String path) {
    return operation.method().equals("GET")
        ? api.get(path)
        : api.post(path, operation.examples().get(0));
  }

  /** A path of the operation's, where there is nothing. */
  private static String somewhere(Operation operation) {
    return at(operation, UUID.randomUUID().toString());
  }

  /** A path of the operation's, where there is what it is for. */
  private static String existing(Operation operation) {
    return at(operation, variables(operation).values().stream().findFirst().orElse("page.js"));
  }

  private static String at(Operation operation, String id) {
    return operation.path().replaceAll("\\{\\w+}", id);
  }

  /** What a reader of the document would have at hand. */
  private static Map<String, String> variables(Operation operation) {
    return switch (operation.id()) {
      case "refundPayment" -> Map.of("PAYMENT", service.checkout().paid().id());
      case "showPayment", "showSaga", "requestCancellation" ->
          Map.of("PAYMENT", service.checkout().id());
      case "compensateSaga" -> Map.of("SAGA", sagaOf(service.checkout()));
      case "retrySaga", "resolveSaga" -> Map.of("SAGA", stuckSaga());
      case "showDeadLetter", "replayDeadLetter", "discardDeadLetter" ->
          Map.of("DEAD_LETTER", deadLetter());
      case "showMoneyProof" -> Map.of("PROOF", "soon");
      case "repairDifference" -> Map.of("DIFFERENCE", difference("GONE"));
      case "settleDifference" -> Map.of("DIFFERENCE", difference("OPEN"));
      default -> Map.of();
    };
  }

  private static String sagaOf(Payment payment) {
    return payment.saga().path("sagaId").asText();
  }

  /** A saga whose compensation was given up. */
  private static String stuckSaga() {
    Payment payment = service.checkout();
    service.stripe().mischief().inject(ApiFault.refuse(500, "api_error").onCalls(EXPIRE));
    payment.cancel().expect(202);
    payment.awaitSaga("FAILED");
    service.stripe().mischief().behave();
    return sagaOf(payment);
  }

  private static String deadLetter() {
    String key = Order.some().id();
    service.topics().publish("order.cancelled", key, "[]");
    return awaitLetter(key);
  }

  /** One whose cause is mended. */
  private static String replayableDeadLetter() {
    Order order = Order.some();
    String command = Json.of(Map.of("action", "cancel_payment", "orderId", order.id())).toString();
    service.topics().publish("saga.payment.compensate", order.id(), command);
    String letter = awaitLetter(order.id());
    service.checkout(order);
    return letter;
  }

  private static String awaitLetter(String key) {
    return eventually().until(() -> letter(key), Optional::isPresent).orElseThrow();
  }

  private static Optional<String> letter(String key) {
    JsonNode page = service.api().get("/api/v1/dead-letters?limit=200").expect(200).json();
    return StreamSupport.stream(page.path("items").spliterator(), false)
        .filter(item -> item.path("key").asText().equals(key))
        .map(item -> item.path("id").asText())
        .findFirst();
  }

  private static Answer act(String letter, String action) {
    return service
        .api()
        .post("/api/v1/dead-letters/" + letter + "/" + action, "{\"reason\":\"it is mended\"}");
  }

  /** One that no look has found; how they are found is not this test's matter. */
  private static String difference(String state) {
    String id = UUID.randomUUID().toString();
    boolean live = state.equals("OPEN");
    new JdbcTemplate(sandbox.database().dataSource())
        .update(
            "INSERT INTO difference (difference_id, kind, payment_id, stripe_object, evidence,"
                + " proposal, repair, state, look_at, closed_at)"
                + " VALUES (?, 'CAPTURE_DIFFERS', ?, 'pi_1', '{}', 'look', 'NONE', ?,"
                + " CASE WHEN ? THEN now() + interval '1 day' END, CASE WHEN NOT ? THEN now() END)",
            id,
            "p_" + id,
            state,
            live,
            live);
    return id;
  }
}
