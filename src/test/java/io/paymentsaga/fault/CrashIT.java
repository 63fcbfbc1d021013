package io.paymentsaga.fault;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.paymentsaga.fault.Books.PaymentRow;
import io.paymentsaga.proof.Difference;
import io.paymentsaga.sandbox.SandboxDatabase;
import io.paymentsaga.sandbox.SandboxEnvironment;
import io.paymentsaga.sandbox.stripe.StripeSimulator;
import io.paymentsaga.sandbox.stripe.StripeSimulatorSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The proof on processes: two instances of the packaged service share a durable database while
 * customers shop, Stripe misbehaves, and one instance after the other is killed at random moments.
 * When all is quiet again, the books must balance.
 *
 * <p>{@code crash.kills} says how often; {@code crash.seed} repeats the choices of an earlier run,
 * though not the moments at which threads get to them.
 */
class CrashIT {
  @RegisterExtension static final SandboxEnvironment sandbox = new SandboxEnvironment();

  private static final int INSTANCES = 2;
  private static final int KILLS = Integer.getInteger("crash.kills", 20);
  private static final long SEED = Long.getLong("crash.seed", System.nanoTime());
  private static final int LONGEST_PEACE_MILLIS = 2500;
  private static final Duration CLOSING_TIME = Duration.ofMinutes(1);

  /** The lease, and the time two processes take to start on a machine that is busy. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(90);

  private static final Promises promises = new Promises();
  private static Books books;
  private static Invariants invariants;
  private static List<Difference> differences;
  private static OverdueWork.Gap longestGap;

  @BeforeAll
  static void kill_and_restart_under_load() {
    Instant start = Instant.now();
    System.out.printf("Crash test: crash.seed=%d crash.kills=%d%n", SEED, KILLS);
    try (SandboxDatabase server =
            SandboxDatabase.start(
                SandboxDatabase.Options.in(sandbox.directory().resolve("database"))
                    .withDurableCommits());
        StripeSimulator stripe =
            StripeSimulator.start(
                StripeSimulatorSettings.onLoopback("sk_test_crash", "whsec_crash")
                    .withAftermath(Duration.ofSeconds(1)));
        Fleet fleet =
            Fleet.start(INSTANCES, sandbox.directory(), environment(server.payments(), stripe));
        WebhookRotation rotation = new WebhookRotation(stripe, fleet);
        ShopTopics topics = new ShopTopics(sandbox.bootstrapServers(), sandbox.topicPrefix());
        OverdueWork overdue = OverdueWork.watch(server.payments().dataSource());
        Customers customers =
            new Customers(
                new Storefront(fleet, sandbox.tokenIssuer().operatorToken()),
                stripe,
                topics,
                promises,
                SEED)) {
      customers.letIn();
      killAtRandomMoments(fleet, stripe);
      customers.letOut(CLOSING_TIME);
      stripe.mischief().behave();
      fleet.awaitReady();
      new Quiet(server.payments().dataSource(), stripe, topics).await();
      longestGap = overdue.longest();
      rotation.close();
      fleet.close();
      differences = MoneyDifferences.since(start, server.payments().dataSource(), stripe);
      books = Books.read(server.payments().dataSource(), stripe, topics);
    }
    invariants = new Invariants(books, promises);
    report(Duration.between(start, Instant.now()));
  }

  private static Map<String, String> environment(
      SandboxDatabase.Database database, StripeSimulator stripe) {
    Map<String, String> environment = new HashMap<>(sandbox.serviceEnvironment());
    environment.put("DATABASE_URL", database.url());
    environment.put("DATABASE_USER", database.user());
    environment.put("DATABASE_PASSWORD", database.password());
    environment.putAll(stripe.serviceEnvironment());
    environment.put("SAGA_LEASE", "5s");
    environment.put("SAGA_COMPENSATION_BACKOFF", "100ms");
    environment.put("RECONCILE_INTERVAL", "2s");
    environment.put("CHECKOUT_SAGA_TIMEOUT", "10000");
    environment.put("JAVA_TOOL_OPTIONS", "-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1");
    return environment;
  }

  /** Mostly while the other instance is up; every fourth time it may be starting still. */
  private static void killAtRandomMoments(Fleet fleet, StripeSimulator stripe) {
    Random random = new Random(SEED);
    for (int kill = 0; kill < KILLS; kill++) {
      if (random.nextInt(4) > 0) {
        fleet.awaitReady();
      }
      leaveInPeace(random.nextInt(LONGEST_PEACE_MILLIS));
      fleet.killAndRestart(kill % INSTANCES);
      Weather.any(random).replace(stripe.mischief());
    }
    fleet.awaitReady();
    leaveInPeace(LONGEST_PEACE_MILLIS);
  }

  /** No condition to wait for: the moment is meant to be any. */
  private static void leaveInPeace(int millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted between two kills", e);
    }
  }

  private static void report(Duration time) {
    Map<Object, Long> statuses =
        new TreeMap<>(
            books.payments().stream().collect(groupingBy(PaymentRow::status, counting())));
    Map<Object, Long> sagas =
        new TreeMap<>(
            books.sagas().stream()
                .collect(groupingBy(saga -> saga.kind() + " " + saga.state(), counting())));
    int events = invariants.events().size();
    System.out.printf(
        """
        Crash test: crash.seed=%d
          time            %d s
          kills           %d
          payments        %d %s
          sagas           %s
          refunds         %d
          webhooks        %d
          events          %d, and %d repeats
          longest waits   saga %s, event %s
        """,
        SEED,
        time.toSeconds(),
        KILLS,
        books.payments().size(),
        statuses,
        sagas,
        books.refunds().size(),
        books.stripeEvents().size(),
        events,
        books.events().size() - events,
        longestGap.saga(),
        longestGap.event());
  }

  @Test
  void there_was_something_to_lose() {
    assertThat(books.payments()).hasSizeGreaterThan(KILLS);
    assertThat(books.refunds()).isNotEmpty();
    assertThat(promises.commands()).isNotEmpty();
  }

  @Test
  void every_captured_cent_is_kept_for_a_payment_or_given_back() {
    assertThat(invariants.money()).isEmpty();
  }

  @Test
  void the_proof_of_money_finds_no_difference() {
    assertThat(differences).isEmpty();
  }

  @Test
  void no_session_stays_open_when_its_payment_is_over() {
    assertThat(invariants.closedSessions()).isEmpty();
  }

  @Test
  void statuses_form_legal_paths_that_end_with_the_row() {
    assertThat(invariants.paths()).isEmpty();
  }

  @Test
  void every_committed_event_is_published_without_a_gap() {
    assertThat(books.outbox()).isZero();
    assertThat(invariants.sequences()).isEmpty();
  }

  @Test
  void events_keep_their_order_within_a_topic() {
    assertThat(invariants.order()).isEmpty();
  }

  @Test
  void saga_and_status_tell_the_same_story() {
    assertThat(invariants.sagaStates()).isEmpty();
  }

  @Test
  void history_and_events_tell_the_same_story() {
    assertThat(invariants.eventsOfHistory()).isEmpty();
  }

  @Test
  void a_payment_has_one_session_at_the_most() {
    assertThat(invariants.sessions()).isEmpty();
  }

  @Test
  void a_refund_is_made_once() {
    assertThat(invariants.refunds()).isEmpty();
  }

  @Test
  void every_write_to_stripe_carries_the_key_of_its_saga_and_step() {
    assertThat(invariants.idempotencyKeys()).isEmpty();
  }

  @Test
  void no_saga_is_left_unfinished() {
    assertThat(invariants.ends()).isEmpty();
  }

  @Test
  void what_was_answered_2xx_is_durable() {
    assertThat(invariants.answers()).isEmpty();
  }

  @Test
  void messages_have_their_effect_and_commands_one_answer() {
    assertThat(invariants.messages()).isEmpty();
  }

  @Test
  void no_message_is_put_aside() {
    assertThat(invariants.deadLetters()).isEmpty();
  }

  @Test
  void work_never_waits_much_longer_than_the_lease() {
    assertThat(longestGap.saga()).isLessThan(LONGEST_WAIT);
    assertThat(longestGap.event()).isLessThan(LONGEST_WAIT);
  }
}
