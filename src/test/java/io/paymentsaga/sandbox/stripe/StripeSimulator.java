package io.paymentsaga.sandbox.stripe;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A Stripe of one's own: API, hosted page and webhooks on one port, and the levers that in real
 * life customers, their banks and the merchant's dashboard hold.
 *
 * <p>Each lever works at once and is safe to use from any thread; its webhooks follow on their own.
 * Levers throw {@link ApiError} for unknown ids and for what the object's state forbids. State
 * lives in memory and ends with {@link #close}. The same levers are to be had over HTTP under
 * {@code /_sim/}, without any authentication, and by hand on the page at {@code /}.
 */
public final class StripeSimulator implements AutoCloseable {
  private static final long HEARTBEAT_MILLIS = 250;

  /** A session of a hundred line items, which Stripe takes, has more than Vert.x would. */
  private static final int MOST_FIELDS = 1_000;

  private final StripeSimulatorSettings settings;
  private final Vertx vertx;
  private final Router router;
  private final SimulatedClock clock = new SimulatedClock();
  private final Mischief mischief = new Mischief(clock);
  private final ApiCallLog calls = new ApiCallLog();
  private final WebhookEndpoints endpoints;
  private final WebhookDelivery webhooks;
  private final Ledger ledger;
  private final Checkout checkout;
  private final Refunds refunds;
  private final Disputes disputes;
  private final LedgerReport report;
  private HttpServer server;
  private int port;

  private StripeSimulator(StripeSimulatorSettings settings) {
    this.settings = settings;
    port = settings.port();
    Identifiers identifiers = new Identifiers(new SecureRandom());
    IdempotencyKeys keys = new IdempotencyKeys(clock);
    endpoints = new WebhookEndpoints(settings.webhookSecret(), identifiers, clock);
    webhooks = new WebhookDelivery(endpoints, clock, mischief);
    ledger = new Ledger(clock, identifiers, mischief::doubles, webhooks::deliver);
    report = new LedgerReport(ledger, calls, keys, endpoints, mischief);
    PublicAddress address = new PublicAddress(() -> settings.publicUrl().orElseGet(this::baseUrl));
    disputes = new Disputes(ledger, mischief);
    checkout = new Checkout(ledger, disputes, mischief, address, settings.aftermath());
    refunds = new Refunds(ledger, mischief, settings.aftermath());
    vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
    router = Router.router(vertx);
    router.route().handler(BodyHandler.create(false));
    new ApiRoutes(
            new ApiEntrance(vertx, ledger, keys, mischief, calls, settings.secretKey(), clock),
            ledger,
            checkout,
            refunds,
            endpoints)
        .mount(router);
    new HostedCheckoutPage(ledger, checkout).mount(router);
    Control control = new Control(router);
    new ControlRoutes(this).mount(control);
    new MischiefRoutes(this, endpoints).mount(control);
    new OverviewPage(ledger, calls, endpoints).mount(router);
    new MischiefPage(ledger, mischief).mount(router);
    // Every look at the ledger lets happen what is due; without one, the heartbeat does.
    vertx.setPeriodic(HEARTBEAT_MILLIS, beat -> ledger.atomically(() -> beat));
  }

  /** Returns once it listens. */
  public static StripeSimulator start(StripeSimulatorSettings settings) {
    StripeSimulator simulator = new StripeSimulator(settings);
    simulator.restart();
    return simulator;
  }

  /**
   * Runs a simulator until the process is told to stop, set up by the environment: {@code
   * SIMULATOR_HOST}, {@code SIMULATOR_PORT}, {@code SIMULATOR_PUBLIC_URL}, {@code
   * STRIPE_SECRET_KEY}, {@code STRIPE_WEBHOOK_SECRET}, {@code WEBHOOK_URL}.
   */
  public static void main(String[] args) throws InterruptedException {
    Map<String, String> environment = System.getenv();
    StripeSimulatorSettings settings =
        StripeSimulatorSettings.onLoopback(
                environment.getOrDefault("STRIPE_SECRET_KEY", "sk_test_simulator"),
                environment.getOrDefault("STRIPE_WEBHOOK_SECRET", "whsec_simulator"))
            .withAddress(
                environment.getOrDefault("SIMULATOR_HOST", "127.0.0.1"),
                Integer.parseInt(environment.getOrDefault("SIMULATOR_PORT", "12111")));
    Optional<String> publicUrl = Optional.ofNullable(environment.get("SIMULATOR_PUBLIC_URL"));
    StripeSimulator simulator =
        start(publicUrl.map(URI::create).map(settings::withPublicUrl).orElse(settings));
    Optional.ofNullable(environment.get("WEBHOOK_URL"))
        .map(URI::create)
        .ifPresent(simulator::deliverWebhooksTo);
    System.out.println("Stripe simulator listening on " + simulator.baseUrl());
    Runtime.getRuntime().addShutdownHook(new Thread(simulator::close));
    new CountDownLatch(1).await();
  }

  /** Where it listens; stays the same over {@link #stop} and {@link #restart}. */
  public URI baseUrl() {
    String host = settings.host().equals("0.0.0.0") ? "127.0.0.1" : settings.host();
    return URI.create("http://" + host + ":" + port);
  }

  public String secretKey() {
    return settings.secretKey();
  }

  public String webhookSecret() {
    return settings.webhookSecret();
  }

  /** What a service is started with to have this for its Stripe. */
  public Map<String, String> serviceEnvironment() {
    return Map.of(
        "STRIPE_SECRET_KEY", secretKey(),
        "STRIPE_WEBHOOK_SECRET", webhookSecret(),
        "STRIPE_API_BASE", baseUrl().toString());
  }

  /**
   * Sends webhooks there from now on, signed with {@link #webhookSecret}; those still being retried
   * go there too. Further endpoints, each with a secret of its own, are created by the API.
   */
  public void deliverWebhooksTo(URI endpoint) {
    endpoints.moveFirst(endpoint);
  }

  public void retryWebhooks(RetrySchedule schedule) {
    webhooks.retry(schedule);
  }

  /** What time it is at Stripe. */
  public Instant now() {
    return clock.instant();
  }

  /** How far Stripe's time was moved ahead of the true time. */
  public Duration ahead() {
    return clock.ahead();
  }

  /**
   * Moves Stripe's time on. Sessions expire, banks decide, keys are forgotten, each at its own time
   * on the way; webhooks that become due are sent when all of that has happened.
   */
  public void advance(Duration by) {
    ledger.advance(by);
    webhooks.wake();
  }

  /**
   * Pulls levers as Stripe now and then does: things change, and no event is made of it. Others who
   * use the simulator wait meanwhile.
   */
  public <T> T quietly(Supplier<T> levers) {
    return ledger.quietly(levers);
  }

  public Mischief mischief() {
    return mischief;
  }

  /** Makes Stripe unreachable: nothing listens, state is kept, webhooks go on. */
  public synchronized void stop() {
    if (server != null) {
      await(server.close());
      server = null;
    }
  }

  /** Listens again, on the same port. */
  public synchronized void restart() {
    if (server == null) {
      HttpServerOptions options = new HttpServerOptions().setMaxFormFields(MOST_FIELDS);
      server =
          await(
              vertx.createHttpServer(options).requestHandler(router).listen(port, settings.host()));
      port = server.actualPort();
    }
  }

  @Override
  public void close() {
    webhooks.close();
    await(vertx.close());
  }

  /** The customer pays with a card on the hosted page. */
  public PaymentAttempt pay(String sessionId, TestCard card) {
    return ledger.atomically(() -> checkout.pay(ledger.session(sessionId), card));
  }

  /** The customer pays by bank debit; see {@link #settle}. */
  public PaymentAttempt payByBankDebit(String sessionId) {
    return ledger.atomically(() -> checkout.payByBankDebit(ledger.session(sessionId)));
  }

  /** The customer answers the bank's 3-D Secure challenge. */
  public PaymentAttempt authenticate(String sessionId, boolean passed) {
    return ledger.atomically(() -> checkout.authenticate(ledger.session(sessionId), passed));
  }

  /** The customer goes back to the shop, which Stripe never hears of. Returns the cancel URL. */
  public Optional<URI> abandon(String sessionId) {
    return ledger.atomically(() -> ledger.session(sessionId).cancelUrl());
  }

  /** Ends an open session as if its time were over. */
  public void expire(String sessionId) {
    ledger.atomically(() -> checkout.expire(ledger.session(sessionId)));
  }

  /** The bank decides on a debit that is processing. */
  public void settle(String paymentIntentId, boolean paid) {
    ledger.atomically(
        () -> {
          checkout.settle(ledger.paymentIntent(paymentIntentId), paid);
          return paid;
        });
  }

  /**
   * Somebody refunds in the dashboard, behind the service's back.
   *
   * @param amount empty for all that is left
   * @return the refund's id
   */
  public String refund(String paymentIntentId, OptionalLong amount) {
    return ledger.atomically(
        () -> refunds.create(ledger.paymentIntent(paymentIntentId), amount, null, Map.of()).id());
  }

  /**
   * Changes what a session and its payment amount to in Stripe's own books, without an event.
   * Before the customer pays, that is then charged; afterwards, it contradicts what was told.
   *
   * @param amount empty to keep it, in the smallest unit
   * @param currency empty to keep it
   */
  public void amend(String sessionId, OptionalLong amount, Optional<String> currency) {
    ledger.atomically(
        () -> {
          SimulatedSession session = ledger.session(sessionId);
          StripeAmount total = session.total();
          session.amend(
              new StripeAmount(amount.orElse(total.units()), currency.orElse(total.currency())));
          return total;
        });
  }

  /** A pending refund arrives. */
  public void succeedRefund(String refundId) {
    ledger.atomically(
        () -> {
          refunds.succeed(ledger.refund(refundId));
          return refundId;
        });
  }

  /** A refund comes back, pending or already succeeded. */
  public void failRefund(String refundId) {
    ledger.atomically(
        () -> {
          refunds.fail(ledger.refund(refundId));
          return refundId;
        });
  }

  /** The cardholder's bank charges back what is left of a payment. Returns the dispute's id. */
  public String dispute(String paymentIntentId) {
    return ledger.atomically(
        () ->
            disputes
                .open(
                    ledger
                        .paymentIntent(paymentIntentId)
                        .succeededCharge()
                        .orElseThrow(
                            () -> ApiError.invalid("There is nothing to dispute.", null, null)))
                .id());
  }

  /** The bank looks into a dispute. */
  public void updateDispute(String disputeId) {
    ledger.atomically(
        () -> {
          disputes.update(ledger.dispute(disputeId));
          return disputeId;
        });
  }

  public void closeDispute(String disputeId, boolean won) {
    ledger.atomically(
        () -> {
          disputes.close(ledger.dispute(disputeId), won);
          return won;
        });
  }

  /** Sends an event once more, as the dashboard's resend does, whatever the mischief. */
  public void resend(String eventId) {
    webhooks.resend(ledger.atomically(() -> ledger.event(eventId)));
  }

  /** Any object of the API by its id, as it is now. */
  public Optional<JsonObject> find(String id) {
    return ledger.atomically(() -> ledger.find(id).map(StripeObject::toJson));
  }

  /** All sessions, newest first. */
  public List<JsonObject> sessions() {
    return snapshots(Ledger::sessions);
  }

  /** All PaymentIntents, newest first. */
  public List<JsonObject> paymentIntents() {
    return snapshots(Ledger::paymentIntents);
  }

  /** All charges, failed ones too, newest first. */
  public List<JsonObject> charges() {
    return snapshots(Ledger::charges);
  }

  /** All refunds, newest first. */
  public List<JsonObject> refunds() {
    return snapshots(Ledger::refunds);
  }

  /** All events, newest first, whether delivered or not. */
  public List<JsonObject> events() {
    return snapshots(Ledger::events);
  }

  /** The last ten thousand calls of the API, oldest first. */
  public List<ApiCall> apiCalls() {
    return calls.all();
  }

  /** All disputes, newest first. */
  public List<JsonObject> disputes() {
    return snapshots(Ledger::disputes);
  }

  /** Everything at once, for people: the objects, the deliveries, the keys, the calls. */
  public JsonObject state() {
    return report.state();
  }

  /** For audits: the objects, the sums of each currency, and the calls with their keys. */
  public JsonObject ledger() {
    return report.ledger();
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }

  private List<JsonObject> snapshots(Function<Ledger, Register<? extends StripeObject>> kind) {
    return ledger.atomically(
        () -> kind.apply(ledger).newestFirst().map(StripeObject::toJson).toList());
  }
}
