package io.paymentsaga.fault;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.paymentsaga.sandbox.SandboxEnvironment;
import io.paymentsaga.sandbox.stripe.StripeSimulator;
import io.paymentsaga.sandbox.stripe.StripeSimulatorSettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Every step, compensation and completion the routes define fails, is repeated and crashes; nobody
 * helps, and nothing is left over. What is added to the routes is covered here by being there.
 */
class EveryStepIT {
  @RegisterExtension static final SandboxEnvironment sandbox = new SandboxEnvironment();

  /** Each case mostly waits: for a lease, a pause, a poll. */
  private static final int CASES_AT_ONCE = 6;

  private static final Duration PATIENCE_FOR_ALL = Duration.ofMinutes(5);

  /** Runs in the transaction that ends the saga, and so commits once however often it is tried. */
  private static final String END_OF_ROLLBACK = "end-rollback";

  /** Would tell of every fault, with all of its stack. */
  private static final Logger SERVICE_LOG = (Logger) LoggerFactory.getLogger("io.paymentsaga");

  private static StripeSimulator stripe;
  private static FaultyRoutes faults;
  private static ServiceInProcess service;
  private static SagaRoutes routes;
  private static ShopTopics topics;
  private static ExecutorService cases;

  @BeforeAll
  static void start() {
    SERVICE_LOG.setLevel(Level.OFF);
    stripe =
        StripeSimulator.start(StripeSimulatorSettings.onLoopback("sk_test_steps", "whsec_steps"));
    faults = new FaultyRoutes(sandbox.database().dataSource());
    service =
        ServiceInProcess.start(
            sandbox,
            stripe,
            Map.of(
                "saga.lease", "2s",
                "saga.compensationBackoff", "50ms",
                "reconcile.interval", "1s"),
            faults);
    routes = new SagaRoutes(service.context());
    topics = new ShopTopics(sandbox.bootstrapServers(), sandbox.topicPrefix());
    cases = Executors.newFixedThreadPool(CASES_AT_ONCE);
  }

  @AfterAll
  static void stop() {
    cases.shutdownNow();
    topics.close();
    service.close();
    stripe.close();
    SERVICE_LOG.setLevel(null);
  }

  /** What the customer and the shop do, as far as the service lets them. */
  private enum Journey {
    BUY_AND_RETURN(""),
    CANCEL(", and the payment is cancelled");

    private final String words;

    Journey(String words) {
      this.words = words;
    }
  }

  private record FaultCase(String routeId, Fault fault, Journey journey) {
    String name() {
      return routeId + " " + fault + journey.words;
    }

    String correlationId() {
      return String.join(".", routeId, fault.name(), journey.name());
    }
  }

  @Test
  void every_route_in_a_saga_opens_it_or_says_how_it_is_undone_or_completed() {
    assertThat(routes.all()).allMatch(saga -> saga.opens() || saga.isStep());
  }

  @Test
  void every_compensation_undoes_a_step() {
    assertThat(routes.compensating())
        .filteredOn(route -> !route.equals(END_OF_ROLLBACK))
        .containsExactlyInAnyOrderElementsOf(routes.compensations());
  }

  @TestFactory
  List<DynamicTest> whatever_happens_to_a_route_nothing_is_left_over() {
    return faultCases().map(EveryStepIT::begin).toList();
  }

  private static DynamicTest begin(FaultCase faultCase) {
    Future<?> run = cases.submit(() -> run(faultCase));
    return DynamicTest.dynamicTest(
        faultCase.name(),
        () -> assertThat(run).as(faultCase.name()).succeedsWithin(PATIENCE_FOR_ALL));
  }

  private static Stream<FaultCase> faultCases() {
    Stream<String> forward =
        Stream.of(routes.stepIds(), routes.transactionsOfSteps(), routes.completions())
            .flatMap(List::stream);
    Stream<String> back =
        Stream.concat(routes.compensations().stream(), Stream.of(END_OF_ROLLBACK));
    Stream<FaultCase> repeatedAndUndone =
        routes.steps().stream()
            .filter(step -> step.compensation().isPresent())
            .map(step -> new FaultCase(step.routeId(), Fault.RUNS_TWICE, Journey.CANCEL));
    return Stream.of(
            forward.flatMap(route -> each(route, Journey.BUY_AND_RETURN)),
            back.flatMap(route -> each(route, Journey.CANCEL)),
            repeatedAndUndone)
        .flatMap(each -> each);
  }

  private static Stream<FaultCase> each(String routeId, Journey journey) {
    return Arrays.stream(Fault.values())
        .filter(fault -> fault != Fault.RUNS_TWICE || !routeId.equals(END_OF_ROLLBACK))
        .map(fault -> new FaultCase(routeId, fault, journey));
  }

  private static void run(FaultCase faultCase) {
    String correlationId = faultCase.correlationId();
    faults.plan(faultCase.routeId(), correlationId, faultCase.fault());
    PaymentUnderFault payment =
        new PaymentUnderFault(
            service.url(),
            stripe,
            topics,
            JdbcClient.create(sandbox.database().dataSource()),
            correlationId);
    go(faultCase.journey(), payment);
    assertThat(faults.hasHappened(faultCase.routeId(), correlationId)).as("it happened").isTrue();
    if (faultCase.fault().isCrash()) {
      payment.hasNoFailureOnRecord();
    }
  }

  private static void go(Journey journey, PaymentUnderFault payment) {
    payment.checkOut();
    if (!payment.canBePaid()) {
      payment.wasUndone();
      return;
    }
    switch (journey) {
      case BUY_AND_RETURN -> {
        payment.pay();
        payment.refund();
        payment.wasPaidAndRefunded();
      }
      case CANCEL -> {
        payment.cancel();
        payment.wasUndone();
      }
    }
  }
}
