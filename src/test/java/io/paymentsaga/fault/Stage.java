package io.paymentsaga.fault;

import io.paymentsaga.sandbox.SandboxEnvironment;
import io.paymentsaga.sandbox.stripe.ApiOdds;
import io.paymentsaga.sandbox.stripe.Odds;
import io.paymentsaga.sandbox.stripe.StripeSimulator;
import io.paymentsaga.sandbox.stripe.StripeSimulatorSettings;
import io.paymentsaga.sandbox.stripe.WebhookOdds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The running service and all around it, on which many scripts are played at once. */
final class Stage implements AutoCloseable {
  private static final int AT_ONCE = 64;
  private static final int LONGEST_PEACE_MILLIS = 1500;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final SandboxEnvironment sandbox;
  private final Random random;
  private final StripeSimulator stripe;
  private final Fleet fleet;
  private final WebhookRotation rotation;
  private final ShopTopics topics;
  private final JdbcClient database;
  private final ExecutorService actors = Executors.newFixedThreadPool(AT_ONCE);

  private String unrest = "";

  private Stage(SandboxEnvironment sandbox, long seed) {
    this.sandbox = sandbox;
    random = new Random(seed);
    stripe =
        StripeSimulator.start(
            StripeSimulatorSettings.onLoopback("sk_test_stage", "whsec_stage")
                .withAftermath(Duration.ofMillis(500)));
    fleet = Fleet.start(1, sandbox.directory(), environment(sandbox, stripe));
    rotation = new WebhookRotation(stripe, fleet);
    topics = new ShopTopics(sandbox.bootstrapServers(), sandbox.topicPrefix());
    database = JdbcClient.create(sandbox.database().dataSource());
  }

  /** Starts it all; what chance decides follows from the seed. */
  static Stage set(SandboxEnvironment sandbox, long seed) {
    return new Stage(sandbox, seed);
  }

  private static Map<String, String> environment(
      SandboxEnvironment sandbox, StripeSimulator stripe) {
    Map<String, String> environment = new HashMap<>(sandbox.serviceEnvironment());
    environment.putAll(stripe.serviceEnvironment());
    environment.put("SAGA_LEASE", "3s");
    environment.put("SAGA_COMPENSATION_BACKOFF", "100ms");
    environment.put("RECONCILE_INTERVAL", "1s");
    environment.put("CHECKOUT_SAGA_TIMEOUT", "10000");
    environment.put("CONSUMER_RETRY_BACKOFF", "20ms");
    environment.put("JAVA_TOOL_OPTIONS", "-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1");
    return environment;
  }

  /**
   * Plays all of them, kills the service so often meanwhile, each time when about as many have come
   * to their end, and returns when all is quiet, or patience is at its end.
   */
  List<Play> perform(List<Script> scripts, int kills, Duration patience) {
    stripe
        .mischief()
        .take(new Odds(random.nextLong(), webhookOdds(), apiOdds(), Odds.NONE.money()));
    Storefront storefront = new Storefront(fleet, sandbox.tokenIssuer().operatorToken());
    List<Play> plays =
        scripts.stream()
            .map(script -> new Play(script, storefront, stripe, topics, database))
            .toList();
    AtomicInteger over = new AtomicInteger();
    List<Future<?>> scenes = new ArrayList<>();
    for (Play play : plays) {
      scenes.add(
          actors.submit(
              () -> {
                play.play();
                over.incrementAndGet();
              }));
    }
    for (int kill = 0; kill < kills; kill++) {
      int played = (2 * kill + 1) * plays.size() / (2 * kills);
      awaitPlayed(over, played, scenes);
      leaveInPeace(random.nextInt(LONGEST_PEACE_MILLIS));
      fleet.killAndRestart(0);
      fleet.awaitReady();
    }
    scenes.forEach(Stage::await);
    stripe.mischief().behave();
    settle(patience);
    return plays;
  }

  private static void awaitPlayed(AtomicInteger over, int played, List<Future<?>> scenes) {
    Awaitility.await("scripts are played")
        .atMost(PATIENCE)
        .until(() -> over.get() >= played || scenes.stream().allMatch(Future::isDone));
  }

  private static WebhookOdds webhookOdds() {
    return new WebhookOdds(Pattern.compile(".*"), 0.1, 0.2, 0.2, Duration.ofSeconds(1), 0.2, 0.1);
  }

  /**
   * Nothing that makes the service wait for long, and seldom what makes all of it wait: that is
   * another test's.
   */
  private static ApiOdds apiOdds() {
    return new ApiOdds(
        Pattern.compile("(?!GET /v1/events).*"),
        0.02,
        0.03,
        0,
        0,
        Duration.ZERO,
        0,
        0.02,
        0.01,
        0,
        0.001,
        0.05,
        Duration.ofMillis(500));
  }

  /** What is not settled in time does not keep anybody from looking into the books. */
  private void settle(Duration patience) {
    try {
      new Quiet(sandbox.database().dataSource(), stripe, topics).awaitAllThatIsPutOff(patience);
      unrest = "";
    } catch (ConditionTimeoutException late) {
      unrest = late.getMessage();
    }
  }

  /** What was not settled in time when it was last performed; empty when all was. */
  String unrest() {
    return unrest;
  }

  private static void await(Future<?> scene) {
    try {
      scene.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("A script met what must not be", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while scripts were played", e);
    } catch (TimeoutException e) {
      throw new AssertionError("A script is stuck", e);
    }
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

  Books books() {
    return Books.read(sandbox.database().dataSource(), stripe, topics);
  }

  /** All that is known of a play, in the order of time. */
  String story(Play play) {
    return new PlayStory(play, database, stripe, books()).toString();
  }

  @Override
  public void close() {
    actors.shutdownNow();
    rotation.close();
    topics.close();
    fleet.close();
    stripe.close();
  }
}
