package io.paymentsaga;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import com.zaxxer.hikari.pool.HikariPool;
import io.paymentsaga.http.Access;
import io.paymentsaga.http.ActionRequests;
import io.paymentsaga.http.AuthSettings;
import io.paymentsaga.http.Authentication;
import io.paymentsaga.http.CheckoutRequests;
import io.paymentsaga.http.CorrelationIds;
import io.paymentsaga.http.HeaderHygiene;
import io.paymentsaga.http.IdempotencyKeys;
import io.paymentsaga.http.OncePerKey;
import io.paymentsaga.http.OpenApi;
import io.paymentsaga.http.Pages;
import io.paymentsaga.http.ProblemResponses;
import io.paymentsaga.http.RateLimits;
import io.paymentsaga.messaging.AsyncApi;
import io.paymentsaga.messaging.DatabaseAway;
import io.paymentsaga.messaging.DeadLetterReplays;
import io.paymentsaga.messaging.DeadLetters;
import io.paymentsaga.messaging.EventEnvelopes;
import io.paymentsaga.messaging.IncomingEvents;
import io.paymentsaga.messaging.IncomingRetries;
import io.paymentsaga.messaging.KafkaTopics;
import io.paymentsaga.messaging.OutboxRelay;
import io.paymentsaga.messaging.RelaySettings;
import io.paymentsaga.operations.Health;
import io.paymentsaga.operations.Metrics;
import io.paymentsaga.operations.OutboxLimit;
import io.paymentsaga.operations.RecoveryMeter;
import io.paymentsaga.operations.Retention;
import io.paymentsaga.operations.Workload;
import io.paymentsaga.payment.DeclinePolicy;
import io.paymentsaga.payment.PaymentDecisions;
import io.paymentsaga.proof.BookedMoney;
import io.paymentsaga.proof.DifferenceMeter;
import io.paymentsaga.proof.Differences;
import io.paymentsaga.proof.MoneyProof;
import io.paymentsaga.proof.ProofProgress;
import io.paymentsaga.route.CheckoutAdmissions;
import io.paymentsaga.route.CheckoutSettings;
import io.paymentsaga.route.Checkouts;
import io.paymentsaga.route.Compensations;
import io.paymentsaga.route.DeadLetterCalls;
import io.paymentsaga.route.DisputeCalls;
import io.paymentsaga.route.Erasures;
import io.paymentsaga.route.EventSweeps;
import io.paymentsaga.route.HttpErrors;
import io.paymentsaga.route.MoneyProofCalls;
import io.paymentsaga.route.MoneyProofs;
import io.paymentsaga.route.OneTransaction;
import io.paymentsaga.route.OperatorCalls;
import io.paymentsaga.route.Orders;
import io.paymentsaga.route.ParsedStatements;
import io.paymentsaga.route.PaymentCalls;
import io.paymentsaga.route.PaymentDoor;
import io.paymentsaga.route.PaymentSagaHooks;
import io.paymentsaga.route.PaymentSignalRoute;
import io.paymentsaga.route.Recoveries;
import io.paymentsaga.route.Refunds;
import io.paymentsaga.route.Repairs;
import io.paymentsaga.route.Rows;
import io.paymentsaga.route.StatisticCalls;
import io.paymentsaga.route.StripeEvents;
import io.paymentsaga.saga.JdbcSagaService;
import io.paymentsaga.saga.SagaSettings;
import io.paymentsaga.stripe.StripeGateway;
import io.paymentsaga.stripe.StripeLedger;
import io.paymentsaga.stripe.StripeSettings;
import io.paymentsaga.stripe.StripeWebhooks;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import javax.sql.DataSource;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.NoErrorHandlerBuilder;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.spi.Registry;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Every bean of the service, in the order they need each other. The names are those the routes use.
 */
public final class Wiring implements CamelConfiguration {
  private static final HttpErrors HTTP_ERRORS = new HttpErrors(new ProblemResponses());

  private final Clock clock = Clock.systemUTC();
  private final String instance = newId();
  private final Metrics metrics = new Metrics();

  @Override
  public void configure(CamelContext context) throws Exception {
    // A route called by another leaves its failures to the one that answers for them.
    context.getCamelContextExtension().setErrorHandlerFactory(new NoErrorHandlerBuilder());
    Settings settings = new Settings(context);
    Registry beans = context.getRegistry();
    HttpServer.checkAuthentication(settings);
    StripeSettings stripe = stripeSettings(settings);
    AuthSettings auth = authSettings(settings);
    CheckoutSettings checkout = checkoutSettings(settings);
    PaymentDecisions decisions = new PaymentDecisions(declinePolicy(settings));
    Rows rows = new Rows();
    context.addService((AutoCloseableService) metrics::close);
    metrics.watch(context);

    DataSource dataSource = dataSource(context, settings);
    migrate(settings);
    PlatformTransactionManager transactions = new JdbcTransactionManager(dataSource);
    beans.bind("dataSource", dataSource);
    beans.bind("transactionManager", transactions);
    OneTransaction oneTransaction = new OneTransaction(transactions);
    beans.bind("oneTransaction", oneTransaction);
    ParsedStatements.use(context);

    JdbcSagaService sagas = sagas(context, settings, dataSource, transactions);
    setKeyPassword(context, settings);
    KafkaTopics topics = topics(context, settings);
    OutboxRelay relay = messaging(context, settings, dataSource, topics);

    bindPayments(context, settings, decisions, checkout, sagas, rows, relay);
    StripeGateway gateway = bindStripe(context, settings, stripe);
    bindOperations(context, settings, dataSource, topics, gateway);
    bindHttp(context, auth, rateLimits(settings), stripe, sagas, rows);
    bindMoneyProof(context, settings, stripe, gateway.ledger(), dataSource);
    bindIdempotency(beans, settings, auth, dataSource, oneTransaction);
    HttpServer.start(context, settings, metrics);
  }

  static StripeSettings stripeSettings(Settings settings) {
    String apiBase = settings.text("stripe.apiBase");
    String secretKey = settings.secret("stripe.secretKey", "STRIPE_SECRET_KEY");
    return new StripeSettings(
        apiBase,
        secretKey,
        Settings.list(settings.secret("stripe.webhookSecrets", "STRIPE_WEBHOOK_SECRET")),
        settings.duration("stripe.connectTimeout"),
        settings.duration("stripe.readTimeout"),
        settings.number("stripe.networkRetries"),
        callsPerSecond(settings, apiBase, secretKey));
  }

  private static int callsPerSecond(Settings settings, String apiBase, String secretKey) {
    if (settings.text("stripe.callsPerSecond").isEmpty()) {
      return StripeSettings.usualCallsPerSecond(apiBase, secretKey);
    }
    int callsPerSecond = settings.number("stripe.callsPerSecond");
    if (callsPerSecond < 0) {
      throw new ConfigurationException("STRIPE_CALLS_PER_SECOND is negative: " + callsPerSecond);
    }
    return callsPerSecond;
  }

  private DataSource dataSource(CamelContext context, Settings settings) throws Exception {
    HikariConfig pool = new HikariConfig();
    pool.setPoolName("database");
    pool.setJdbcUrl(settings.text("database.url"));
    pool.setUsername(settings.text("database.user"));
    pool.setPassword(settings.secret("database.password", "DATABASE_PASSWORD"));
    pool.setMaximumPoolSize(settings.number("database.poolSize"));
    pool.setConnectionTimeout(Duration.ofSeconds(5).toMillis());
    // A server that is gone without a word must not hold a connection for ever.
    pool.addDataSourceProperty("socketTimeout", "30");
    pool.addDataSourceProperty("connectTimeout", "5");
    pool.addDataSourceProperty("tcpKeepAlive", "true");
    pool.addDataSourceProperty("ApplicationName", "payment-saga-service");
    pool.setMetricsTrackerFactory(new MicrometerMetricsTrackerFactory(metrics.registry()));
    HikariDataSource dataSource;
    try {
      dataSource = new HikariDataSource(pool);
    } catch (HikariPool.PoolInitializationException away) {
      throw new ConfigurationException(
          "DATABASE_URL " + address(settings) + ": " + away.getCause().getMessage());
    }
    context.addService((AutoCloseableService) dataSource::close);
    return dataSource;
  }

  /** Without its parameters, which may hold a password. */
  private static String address(Settings settings) {
    return settings.text("database.url").replaceFirst("\\?.*", "");
  }

  /** On connections of its own: an index on many payments takes longer than a call may. */
  private static void migrate(Settings settings) {
    try {
      Flyway.configure()
          .dataSource(
              settings.text("database.url"),
              settings.text("database.user"),
              settings.secret("database.password", "DATABASE_PASSWORD"))
          .load()
          .migrate();
    } catch (FlywayException failure) {
      throw new ConfigurationException("The database cannot be migrated: " + failure.getMessage());
    }
  }

  private JdbcSagaService sagas(
      CamelContext context,
      Settings settings,
      DataSource dataSource,
      PlatformTransactionManager transactions)
      throws Exception {
    SagaSettings defaults = SagaSettings.defaults(instance);
    JdbcSagaService sagas =
        new JdbcSagaService(
            dataSource,
            transactions,
            new SagaSettings(
                settings.duration("saga.lease"),
                settings.number("saga.compensationAttempts"),
                settings.duration("saga.compensationBackoff"),
                defaults.workers(),
                defaults.pollInterval(),
                instance));
    sagas.setHooks(
        new PaymentSagaHooks(
            context, sagas, settings.duration("reconcile.interval"), metrics.registry()));
    context.addService(sagas);
    return sagas;
  }

  /** Camel would pass an empty password on, with which a key that has none cannot be read. */
  private static void setKeyPassword(CamelContext context, Settings settings) {
    String password = settings.text("kafka.ssl.keyPassword");
    if (!password.isEmpty()) {
      context
          .getComponent("kafka", KafkaComponent.class)
          .getConfiguration()
          .setSslKeyPassword(password);
    }
  }

  private static KafkaTopics topics(CamelContext context, Settings settings) throws Exception {
    KafkaTopics topics =
        new KafkaTopics(
            context,
            settings.text("kafka.brokers"),
            settings.text("kafka.topic.prefix"),
            settings.number("kafka.topic.partitions"),
            settings.number("kafka.topic.replication"));
    context.addService(topics);
    return topics;
  }

  private OutboxRelay messaging(
      CamelContext context, Settings settings, DataSource dataSource, KafkaTopics topics)
      throws Exception {
    Registry beans = context.getRegistry();
    String prefix = settings.text("kafka.topic.prefix");
    OutboxRelay relay = new OutboxRelay(dataSource, topics::sight, RelaySettings.of(instance));
    relay.countIn(metrics.registry());
    context.addLifecycleStrategy(relay);
    DeadLetters deadLetters =
        new DeadLetters(context, dataSource, settings.text("kafka.brokers"), prefix);
    deadLetters.countIn(metrics.registry());
    context.addService(deadLetters);
    beans.bind("deadLetters", deadLetters);
    beans.bind("asyncApi", new AsyncApi(prefix));
    beans.bind("deadLetterReplays", new DeadLetterReplays(context));
    beans.bind("incomingEvents", new IncomingEvents(context, prefix));
    beans.bind("databaseAway", new DatabaseAway());
    beans.bind("incomingRetries", incomingRetries(settings));
    return relay;
  }

  private static IncomingRetries incomingRetries(Settings settings) {
    try {
      return new IncomingRetries(
          settings.number("consumer.retry.attempts"), settings.duration("consumer.retry.backoff"));
    } catch (IllegalArgumentException wrong) {
      throw new ConfigurationException("CONSUMER_RETRY_ATTEMPTS: " + wrong.getMessage());
    }
  }

  private void bindOperations(
      CamelContext context,
      Settings settings,
      DataSource dataSource,
      KafkaTopics topics,
      StripeGateway stripe)
      throws Exception {
    Registry beans = context.getRegistry();
    Workload workload =
        new Workload(
            JdbcClient.create(dataSource),
            Resources.text("sql/operations/measure-work.sql"),
            clock);
    context.addService(workload);
    OutboxLimit limit = new OutboxLimit(workload, settings.number("outbox.limit"));
    beans.bind("outboxLimit", limit);
    beans.bind("retention", retention(settings));
    beans.bind("recoveryMeter", new RecoveryMeter(metrics.registry(), clock));
    beans.bind(
        "health",
        new Health(
            workload, limit, topics::health, stripe::isStripeThere, Resources.version(), clock));
    metrics.watch(workload);
    metrics.watch(topics);
  }

  private Retention retention(Settings settings) {
    try {
      return new Retention(
          settings.duration("retention.events"),
          settings.duration("retention.personalData"),
          metrics.registry());
    } catch (IllegalArgumentException wrong) {
      throw new ConfigurationException("RETENTION_EVENTS: " + wrong.getMessage());
    }
  }

  private void bindPayments(
      CamelContext context,
      Settings settings,
      PaymentDecisions decisions,
      CheckoutSettings checkout,
      JdbcSagaService sagas,
      Rows rows,
      OutboxRelay relay)
      throws Exception {
    Registry beans = context.getRegistry();
    PaymentDoor door =
        new PaymentDoor(
            decisions,
            new EventEnvelopes(json(), Wiring::newId),
            sagas,
            rows,
            clock,
            settings.duration("reconcile.interval"),
            relay::wake);
    context.addRoutes(new PaymentSignalRoute(door));
    beans.bind("rows", rows);
    beans.bind("checkouts", new Checkouts(checkout, sagas, rows, clock, Wiring::newId));
    beans.bind("compensations", new Compensations());
    beans.bind("refunds", new Refunds(rows, clock));
    beans.bind("recoveries", new Recoveries(clock));
    beans.bind("orders", new Orders(Wiring::newId));
  }

  private static CheckoutSettings checkoutSettings(Settings settings) {
    return new CheckoutSettings(
        settings.duration("checkout.expiry"),
        Duration.ofMillis(settings.number("checkout.saga.timeout")),
        settings.text("frontend.url"));
  }

  private static DeclinePolicy declinePolicy(Settings settings) {
    String policy = settings.text("payment.declinePolicy");
    return switch (policy) {
      case "fail-fast" -> DeclinePolicy.FAIL_FAST;
      case "retry-until-expiry" -> DeclinePolicy.RETRY_UNTIL_EXPIRY;
      default ->
          throw new ConfigurationException(
              "PAYMENT_DECLINE_POLICY is neither fail-fast nor retry-until-expiry: " + policy);
    };
  }

  private StripeGateway bindStripe(CamelContext context, Settings settings, StripeSettings stripe) {
    Registry beans = context.getRegistry();
    StripeGateway gateway = new StripeGateway(stripe, clock, metrics.registry());
    StripeWebhooks webhooks = new StripeWebhooks(stripe, json());
    beans.bind("stripe", gateway);
    beans.bind("checkoutAdmissions", new CheckoutAdmissions(gateway));
    beans.bind("webhooks", webhooks);
    beans.bind("stripeEvents", new StripeEvents(webhooks));
    beans.bind(
        "eventSweeps",
        new EventSweeps(
            context, gateway, undeliveredOnly(settings), settings.duration("reconcile.interval")));
    return gateway;
  }

  private static boolean undeliveredOnly(Settings settings) {
    String fetched = settings.text("stripe.fetchedEvents");
    return switch (fetched) {
      case "undelivered" -> true;
      case "all" -> false;
      default ->
          throw new ConfigurationException(
              "STRIPE_FETCHED_EVENTS is neither undelivered nor all: " + fetched);
    };
  }

  private void bindMoneyProof(
      CamelContext context,
      Settings settings,
      StripeSettings stripe,
      StripeLedger ledger,
      DataSource dataSource) {
    Registry beans = context.getRegistry();
    JdbcClient database = JdbcClient.create(dataSource);
    Duration grace = settings.duration("moneyProof.grace");
    MoneyProof proof =
        new MoneyProof(ledger, new BookedMoney(database, Resources::text), grace, clock);
    Differences differences =
        new Differences(database, Resources::text, json(), Wiring::newId, grace);
    ProofProgress progress =
        new ProofProgress(
            database,
            Resources::text,
            json(),
            clock,
            grace,
            settings.duration("moneyProof.interval"));
    Repairs repairs = new Repairs(context, ledger, differences);
    MoneyProofs proofs = new MoneyProofs(context, proof, progress, differences, repairs);
    beans.bind("moneyProofs", proofs);
    beans.bind("differenceMeter", new DifferenceMeter(metrics.registry()));
    beans.bind(
        "moneyProofCalls",
        new MoneyProofCalls(pages(stripe), proofs, repairs, Wiring::newId, clock));
  }

  /** Each instance, and each list, has the same key. */
  private static Pages pages(StripeSettings stripe) {
    return new Pages(stripe.webhookSecrets().get(0).getBytes(StandardCharsets.UTF_8));
  }

  private static void bindHttp(
      CamelContext context,
      AuthSettings auth,
      RateLimits rateLimits,
      StripeSettings stripe,
      JdbcSagaService sagas,
      Rows rows)
      throws Exception {
    Registry beans = context.getRegistry();
    Authentication authentication = Authentication.of(auth);
    context.addService((AutoCloseableService) authentication::close);
    Pages pages = pages(stripe);
    beans.bind("httpErrors", HTTP_ERRORS);
    beans.bind("access", new Access(authentication, rateLimits));
    beans.bind("correlationIds", new CorrelationIds());
    beans.bind("openApi", new OpenApi());
    beans.bind("checkoutRequests", new CheckoutRequests());
    beans.bind("actionRequests", new ActionRequests());
    beans.bind("statisticCalls", new StatisticCalls(pages));
    beans.bind("disputeCalls", new DisputeCalls(pages));
    beans.bind("erasures", new Erasures());
    beans.bind("operatorCalls", new OperatorCalls(pages, sagas, Wiring::newId));
    beans.bind("deadLetterCalls", new DeadLetterCalls(pages, rows));
    beans.bind("paymentCalls", new PaymentCalls(pages, rows, Wiring::newId));
    context
        .getComponent("platform-http", PlatformHttpComponent.class)
        .setHeaderFilterStrategy(new HeaderHygiene());
  }

  private static void bindIdempotency(
      Registry beans,
      Settings settings,
      AuthSettings auth,
      DataSource dataSource,
      OneTransaction oneTransaction) {
    IdempotencyKeys keys =
        new IdempotencyKeys(
            dataSource,
            Resources::text,
            settings.duration("idempotency.lease"),
            settings.duration("idempotency.kept"),
            Wiring::newId);
    OncePerKey oncePerKey = OncePerKey.of(keys, auth.issuer(), HTTP_ERRORS);
    beans.bind("idempotencyKeys", keys);
    beans.bind("oncePerKey", oncePerKey);
    beans.bind("oncePerKeyInOneTransaction", oncePerKey.in(oneTransaction));
  }

  private static RateLimits rateLimits(Settings settings) {
    try {
      return RateLimits.perCaller(settings.number("rateLimit.perCaller"));
    } catch (IllegalArgumentException wrong) {
      throw new ConfigurationException("RATE_LIMIT_PER_CALLER: " + wrong.getMessage());
    }
  }

  private static AuthSettings authSettings(Settings settings) {
    String mode = settings.text("auth.mode").toUpperCase(Locale.ROOT);
    try {
      return new AuthSettings(
          AuthSettings.Mode.valueOf(mode),
          settings.text("auth.jwksUrl"),
          settings.text("auth.issuer"),
          settings.text("auth.audience"));
    } catch (IllegalArgumentException wrong) {
      throw new ConfigurationException("AUTH_MODE " + mode + ": " + wrong.getMessage());
    }
  }

  private static String newId() {
    return UUID.randomUUID().toString();
  }

  private static ObjectMapper json() {
    return JsonMapper.builder()
        .addModule(new JavaTimeModule())
        .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
        .build();
  }
}
