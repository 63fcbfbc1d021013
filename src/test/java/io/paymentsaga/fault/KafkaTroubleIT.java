package io.paymentsaga.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.paymentsaga.sandbox.SandboxBroker;
import io.paymentsaga.sandbox.SandboxEnvironment;
import io.paymentsaga.sandbox.stripe.StripeSimulator;
import io.paymentsaga.sandbox.stripe.StripeSimulatorSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The packaged service under load, while its broker is stopped, frozen, slow and killed, one after
 * the other, and comes back with its data. What stands in the topics afterwards is read by nothing
 * but Kafka's own consumer, from the first record to the last, and held against the database.
 */
class KafkaTroubleIT {
  @RegisterExtension static final SandboxEnvironment sandbox = new SandboxEnvironment();

  private static final long SEED = Long.getLong("crash.seed", System.nanoTime());
  private static final Duration CLOSING_TIME = Duration.ofMinutes(1);

  /** Longer than the relay waits for an acknowledgement: what it sent may have arrived or not. */
  private static final Duration FROZEN = Duration.ofSeconds(8);

  private static final Duration AWAY = Duration.ofSeconds(4);
  private static final Duration SLOW = Duration.ofSeconds(6);
  private static final Duration PEACE = Duration.ofSeconds(2);

  private static final Promises promises = new Promises();
  private static final Map<String, Integer> paymentsTaken = new LinkedHashMap<>();
  private static Books books;
  private static Invariants invariants;

  @BeforeAll
  static void trouble_the_broker_under_load() {
    Instant start = Instant.now();
    DataSource database = sandbox.database().dataSource();
    try (SandboxBroker broker = SandboxBroker.start(sandbox.directory().resolve("broker"));
        StripeSimulator stripe =
            StripeSimulator.start(
                StripeSimulatorSettings.onLoopback("sk_test_trouble", "whsec_trouble")
                    .withAftermath(Duration.ofSeconds(1)));
        Fleet fleet = Fleet.start(1, sandbox.directory(), environment(broker, stripe));
        ShopTopics topics = new ShopTopics(broker.bootstrapServers(), sandbox.topicPrefix());
        Customers customers =
            new Customers(
                new Storefront(fleet, sandbox.tokenIssuer().operatorToken()),
                stripe,
                topics,
                promises,
                SEED)) {
      stripe.deliverWebhooksTo(fleet.anyReady().orElseThrow().resolve("/webhooks/stripe"));
      customers.letIn();
      pass(PEACE);
      during("a stop", () -> restart(broker, broker::stop));
      during("a freeze", () -> freeze(broker));
      during("a slow time", () -> slowDown(broker));
      during("a kill", () -> restart(broker, broker::kill));
      customers.letOut(CLOSING_TIME);
      new Quiet(database, stripe, topics).await();
      fleet.close();
      books = Books.read(database, stripe, topics);
    }
    invariants = new Invariants(books, promises);
    System.out.printf(
        "Kafka in trouble: crash.seed=%d, %d s, payments taken %s, events %d, and %d repeats%n",
        SEED,
        Duration.between(start, Instant.now()).toSeconds(),
        paymentsTaken,
        invariants.events().size(),
        books.events().size() - invariants.events().size());
  }

  private static Map<String, String> environment(SandboxBroker broker, StripeSimulator stripe) {
    Map<String, String> environment = new HashMap<>(sandbox.serviceEnvironment());
    environment.put("KAFKA_BROKERS", broker.bootstrapServers());
    environment.putAll(stripe.serviceEnvironment());
    environment.put("RECONCILE_INTERVAL", "2s");
    return environment;
  }

  private static void during(String trouble, Runnable time) {
    int before = promises.payments().size();
    time.run();
    paymentsTaken.put(trouble, promises.payments().size() - before);
  }

  private static void restart(SandboxBroker broker, Runnable end) {
    end.run();
    pass(AWAY);
    broker.restart();
    pass(PEACE);
  }

  private static void freeze(SandboxBroker broker) {
    broker.freeze();
    pass(FROZEN);
    broker.thaw();
    pass(PEACE);
  }

  /** Answers all it is asked, but gets a quarter of the time it needs. */
  private static void slowDown(SandboxBroker broker) {
    Instant end = Instant.now().plus(SLOW);
    while (Instant.now().isBefore(end)) {
      broker.freeze();
      pass(Duration.ofMillis(300));
      broker.thaw();
      pass(Duration.ofMillis(100));
    }
  }

  /** Nothing to wait for: trouble lasts as long as it lasts. */
  private static void pass(Duration time) {
    try {
      TimeUnit.MILLISECONDS.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while the broker was in trouble", e);
    }
  }

  @Test
  void payments_are_taken_all_the_time() {
    assertThat(paymentsTaken)
        .hasSize(4)
        .allSatisfy((trouble, taken) -> assertThat(taken).isPositive());
  }

  @Test
  void nothing_is_lost() {
    assertThat(books.outbox()).isZero();
    assertThat(invariants.sequences()).isEmpty();
  }

  @Test
  void nothing_is_reordered() {
    assertThat(invariants.order()).isEmpty();
  }

  @Test
  void nothing_is_published_that_was_not_committed() {
    assertThat(invariants.eventsOfHistory()).isEmpty();
  }

  @Test
  void messages_to_the_service_have_their_effect_once() {
    assertThat(invariants.messages()).isEmpty();
    assertThat(invariants.deadLetters()).isEmpty();
  }

  @Test
  void money_and_sagas_come_to_their_ends() {
    assertThat(invariants.money()).isEmpty();
    assertThat(invariants.ends()).isEmpty();
    assertThat(invariants.answers()).isEmpty();
  }
}
