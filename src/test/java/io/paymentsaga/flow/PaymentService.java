package io.paymentsaga.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.paymentsaga.sandbox.SandboxEnvironment;
import io.paymentsaga.sandbox.ServiceProcess;
import io.paymentsaga.sandbox.TokenIssuer;
import io.paymentsaga.sandbox.stripe.StripeSimulator;
import io.paymentsaga.sandbox.stripe.StripeSimulatorSettings;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ConditionFactory;

/**
 * The whole service as everybody around it meets it: in a process of its own, on the test class's
 * database and topics, beside a Stripe that does as it is told.
 */
final class PaymentService implements AutoCloseable {
  /** The status of a process that SIGTERM has ended; after SIGKILL it is another. */
  private static final int TERMINATED = 143;

  private static final Duration START_PATIENCE = Duration.ofSeconds(60);

  /** What a refund becomes at Stripe, the test says. */
  private static final Duration NEVER_BY_ITSELF = Duration.ofDays(1);

  private static final Duration TOKEN_LIFE = Duration.ofHours(1);

  /** It starts, and is gone, before it would pay to compile it well. */
  private static final String SHORT_LIVED = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1";

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final TokenIssuer tokens;
  private final StripeSimulator stripe;
  private final Map<String, String> environment;
  private final ServiceProcess process;
  private final Topics topics;

  private PaymentService(
      TokenIssuer tokens,
      StripeSimulator stripe,
      Map<String, String> environment,
      ServiceProcess process,
      Topics topics) {
    this.tokens = tokens;
    this.stripe = stripe;
    this.environment = environment;
    this.process = process;
    this.topics = topics;
  }

  /** Starts the service; returns when it can take payments. */
  static PaymentService start(SandboxEnvironment sandbox) {
    return start(sandbox, Map.of());
  }

  /**
   * Starts the service; returns when it can take payments.
   *
   * @param settings environment variables, over those of the sandbox
   */
  static PaymentService start(SandboxEnvironment sandbox, Map<String, String> settings) {
    return start(
        sandbox, settings.getOrDefault("KAFKA_BROKERS", sandbox.bootstrapServers()), settings);
  }

  /**
   * Starts the service; returns when it can take payments.
   *
   * @param brokers how the other services reach Kafka, where the service goes another way
   */
  static PaymentService start(
      SandboxEnvironment sandbox, String brokers, Map<String, String> settings) {
    StripeSimulator stripe =
        StripeSimulator.start(
            StripeSimulatorSettings.onLoopback("sk_test_flow", "whsec_flow")
                .withAftermath(NEVER_BY_ITSELF));
    Map<String, String> environment = new HashMap<>(sandbox.serviceEnvironment());
    environment.putAll(stripe.serviceEnvironment());
    environment.put("JAVA_TOOL_OPTIONS", SHORT_LIVED);
    environment.putAll(settings);
    PaymentService service =
        new PaymentService(
            sandbox.tokenIssuer(),
            stripe,
            environment,
            ServiceProcess.compiled(sandbox.directory(), environment),
            new Topics(brokers, environment.get("KAFKA_TOPIC_PREFIX")));
    service.restart();
    return service;
  }

  /** How long anything here is waited for, unless it says otherwise. */
  static ConditionFactory eventually() {
    return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(100));
  }

  /** Starts the ended process again; returns when it can take payments. */
  void restart() {
    process.start();
    process.awaitReady(START_PATIENCE);
    stripe.deliverWebhooksTo(webhooks());
  }

  /** Starts a second instance of the same service; returns when it can take payments. */
  ServiceProcess startAnother(Path directory) {
    ServiceProcess another = ServiceProcess.compiled(directory, environment);
    another.start();
    another.awaitReady(START_PATIENCE);
    return another;
  }

  /** Tells the process to end, which it must by itself and within its 30 seconds. */
  void terminate() {
    process.terminate();
    assertThat(process.awaitExit()).isEqualTo(TERMINATED);
  }

  void kill() {
    process.kill();
  }

  /** All it has logged. */
  String log() {
    return process.output();
  }

  StripeSimulator stripe() {
    return stripe;
  }

  Topics topics() {
    return topics;
  }

  URI address() {
    return process.url();
  }

  /** Where Stripe sends its webhooks. */
  URI webhooks() {
    return address().resolve("/webhooks/stripe");
  }

  /** The API, for a caller who may do everything. */
  Api api() {
    return api(tokens.operatorToken());
  }

  /** A token of a caller who may do everything. */
  String bearer() {
    return tokens.operatorToken();
  }

  /** The API, for somebody with these scopes. */
  Api apiFor(String subject, String... scopes) {
    return api(tokens.mint(subject, List.of(scopes), TOKEN_LIFE));
  }

  /** The API with any token; none when it is empty. */
  Api api(String token) {
    return new Api(client, process::url, token);
  }

  /** Posts to the webhook, as Stripe would, with this {@code Stripe-Signature}; empty for none. */
  Answer webhook(String payload, String signature) {
    return api("").webhook(payload, signature);
  }

  /** A new payment whose session is open. */
  Payment checkout(Order order) {
    return opened(order, api().checkout(order));
  }

  /** A new payment whose session is open, in the trace of this W3C header. */
  Payment checkout(Order order, String traceparent) {
    return opened(order, api().checkout(order, traceparent));
  }

  private Payment opened(Order order, Answer answer) {
    answer.expect(201);
    return new Payment(this, answer.text("paymentId"), order.id(), answer.text("stripeSessionId"));
  }

  /** A new payment whose session is open, for an order of its own. */
  Payment checkout() {
    return checkout(Order.some());
  }

  /** The payment of an order whose checkout may have failed. */
  Payment paymentOf(Order order) {
    var found = api().get("/api/v1/payments?orderId=" + order.id()).expect(200).json();
    var payment = found.path("items").path(0);
    return new Payment(
        this,
        payment.path("paymentId").asText(),
        order.id(),
        payment.path("stripeSessionId").asText());
  }

  /** An object of Stripe's API, as it is there now. */
  JsonNode stripeObject(String id) {
    return Json.read(stripe.find(id).orElseThrow().encode());
  }

  /** All refunds of a payment that Stripe knows of, failed ones too. */
  List<JsonObject> refundsAtStripe(Payment payment) {
    String intent = payment.paymentIntentId();
    return stripe.refunds().stream()
        .filter(refund -> refund.getString("payment_intent").equals(intent))
        .toList();
  }

  /** All sessions Stripe has opened for an order. */
  List<JsonObject> sessionsAtStripe(String orderId) {
    return stripe.sessions().stream()
        .filter(session -> orderId.equals(session.getJsonObject("metadata").getString("orderId")))
        .toList();
  }

  /** The id of Stripe's event of this type about an object. */
  String eventAbout(String objectId, String type) {
    return stripe.events().stream()
        .filter(event -> event.getString("type").equals(type))
        .filter(
            event ->
                event
                    .getJsonObject("data")
                    .getJsonObject("object")
                    .getString("id")
                    .equals(objectId))
        .findFirst()
        .orElseThrow()
        .getString("id");
  }

  /** Waits until Stripe has sent an event of this type about an object, and how often. */
  void awaitWebhook(String objectId, String type, int attempts) {
    eventually()
        .until(
            () ->
                stripe.state().getJsonArray("events").stream()
                    .map(JsonObject.class::cast)
                    .filter(event -> event.getString("object").equals(objectId))
                    .filter(event -> event.getString("type").equals(type))
                    .anyMatch(event -> event.getInteger("attempts") >= attempts));
  }

  /** Ends the process, and looks through all it has ever logged. */
  @Override
  public void close() {
    process.close();
    topics.close();
    stripe.close();
    LogSecrecy.check(process.output(), environment);
  }
}
