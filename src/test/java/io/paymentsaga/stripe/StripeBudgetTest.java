package io.paymentsaga.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.paymentsaga.payment.Money;
import io.paymentsaga.payment.PaymentJourney;
import io.paymentsaga.payment.Signal;
import io.paymentsaga.sandbox.stripe.ApiCall;
import io.paymentsaga.sandbox.stripe.ApiFault;
import io.paymentsaga.sandbox.stripe.StripeSimulator;
import io.paymentsaga.sandbox.stripe.StripeSimulatorSettings;
import io.paymentsaga.sandbox.stripe.TestCard;
import io.paymentsaga.stripe.StripeOutcome.NotSent;
import io.paymentsaga.stripe.StripeOutcome.RateLimited;
import io.paymentsaga.stripe.StripeOutcome.RefundState;
import io.paymentsaga.stripe.StripeOutcome.Refused;
import io.paymentsaga.stripe.StripeOutcome.SessionExpired;
import io.paymentsaga.stripe.StripeOutcome.SessionOpen;
import io.paymentsaga.stripe.StripeOutcome.Unknown;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every call of a gateway shares its budget, whoever makes it. */
class StripeBudgetTest {
  private static final String OPENING = "POST /v1/checkout/sessions";

  private final StripeSimulator simulator =
      StripeSimulator.start(StripeSimulatorSettings.onLoopback("sk_test", "whsec_test"));
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ExecutorService callers = Executors.newCachedThreadPool();
  private final PaymentJourney journey =
      PaymentJourney.from(Instant.now().truncatedTo(ChronoUnit.SECONDS));

  @AfterEach
  void close() {
    callers.shutdownNow();
    simulator.close();
  }

  @Test
  void a_refund_goes_before_all_the_checkouts_that_wait_already() throws Exception {
    StripeGateway gateway = gateway(4);
    SessionOpen session = (SessionOpen) open(gateway);
    journey.take(new Signal.SessionOpened(session.sessionId()));
    simulator.pay(session.sessionId(), TestCard.PAYS);
    String intent = simulator.paymentIntents().get(0).getString("id");
    journey.take(new Signal.Captured(new Money(3000, "USD"), intent));
    journey.take(new Signal.RefundRequested("refund_1", null, null, null));
    int before = simulator.apiCalls().size();

    List<Future<StripeOutcome>> checkouts = new ArrayList<>();
    for (int each = 0; each < 5; each++) {
      checkouts.add(callers.submit(() -> open(gateway)));
    }
    await().until(() -> waiting(Lane.OPEN) >= 4);
    StripeOutcome refund = gateway.createRefund(journey.payment(), journey.refunds().get(0));

    assertThat(refund).isInstanceOf(RefundState.class);
    for (Future<StripeOutcome> checkout : checkouts) {
      assertThat(checkout.get()).isInstanceOf(SessionOpen.class);
    }
    List<ApiCall> calls = simulator.apiCalls().subList(before, before + 6);
    assertThat(calls).extracting(ApiCall::path).containsOnlyOnce("/v1/refunds");
    int place = calls.stream().map(ApiCall::path).toList().indexOf("/v1/refunds");
    assertThat(place).isLessThanOrEqualTo(2);
    assertThat(Duration.between(calls.get(0).at(), calls.get(5).at()))
        .isGreaterThan(Duration.ofMillis(1100));
  }

  @Test
  void a_checkout_whose_turn_would_come_too_late_is_refused_at_once_and_not_sent() {
    StripeGateway gateway = gateway(1);
    open(gateway);
    callers.execute(() -> open(gateway));
    callers.execute(() -> open(gateway));
    await().until(() -> waiting(Lane.OPEN) == 2);
    int sent = simulator.apiCalls().size();
    long begin = System.nanoTime();

    NotSent refused = (NotSent) open(gateway);

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofMillis(300));
    assertThat(refused.retryAfter()).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(3));
    assertThat(simulator.apiCalls().size() - sent).isLessThanOrEqualTo(1);
  }

  @Test
  void what_was_admitted_and_not_used_is_given_back() {
    StripeGateway gateway = gateway(1);

    for (int each = 0; each < 5; each++) {
      gateway.admitCheckout().close();
    }

    assertThat(meters.get("stripe.calls.free").gauge().value()).isEqualTo(1);
    assertThat(open(gateway)).isInstanceOf(SessionOpen.class);
  }

  @Test
  void a_pause_that_stripe_asks_one_call_for_is_everybodys_but_those_who_undo() {
    StripeGateway gateway = gateway(0);
    SessionOpen session = (SessionOpen) open(gateway);
    journey.take(new Signal.SessionOpened(session.sessionId()));
    simulator
        .mischief()
        .inject(ApiFault.rateLimited(Duration.ofSeconds(3)).onCalls(OPENING).times(1));
    assertThat(open(gateway)).isEqualTo(new RateLimited(Duration.ofSeconds(3)));
    Instant told = Instant.now();
    int sent = simulator.apiCalls().size();

    assertThat(((NotSent) open(gateway)).retryAfter())
        .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(3));
    assertThat(simulator.apiCalls()).hasSize(sent);
    StripeOutcome closed = gateway.closeCheckoutSession(journey.payment());
    assertThat(closed).isInstanceOf(SessionExpired.class);
    assertThat(Duration.between(told, Instant.now())).isLessThan(Duration.ofSeconds(2));

    // A look is more patient than the pause is long.
    assertThat(gateway.readCheckoutSession(journey.payment())).isInstanceOf(SessionExpired.class);
    assertThat(Duration.between(told, Instant.now())).isGreaterThan(Duration.ofMillis(2900));
    assertThat(open(gateway)).isInstanceOf(SessionOpen.class);
  }

  @Test
  void a_stripe_that_answers_nobody_is_asked_by_one_call_at_a_time() throws Exception {
    StripeGateway gateway = gateway(0);
    SessionOpen session = (SessionOpen) open(gateway);
    journey.take(new Signal.SessionOpened(session.sessionId()));
    simulator.mischief().inject(ApiFault.refuse(503, "api_error"));
    List<StripeOutcome> outcomes = new ArrayList<>();
    for (int each = 0; each < 10; each++) {
      outcomes.add(gateway.readCheckoutSession(journey.payment()));
    }

    assertThat(outcomes).hasOnlyElementsOfTypes(Unknown.class, NotSent.class);
    assertThat(gateway.isStripeThere()).isFalse();
    assertThat(outcomes)
        .filteredOn(outcome -> outcome instanceof Unknown unknown && unknown.stripeIsAway())
        .hasSize(1);
    int sent = simulator.apiCalls().size();
    assertThat(open(gateway)).isInstanceOf(NotSent.class);
    assertThat(gateway.closeCheckoutSession(journey.payment())).isInstanceOf(NotSent.class);
    assertThat(simulator.apiCalls()).hasSize(sent);
    assertThat(meters.get("stripe.circuit").tag("state", "open").gauge().value()).isEqualTo(1);

    simulator.mischief().behave();
    await()
        .atMost(Duration.ofSeconds(7))
        .until(() -> gateway.readCheckoutSession(journey.payment()) instanceof SessionOpen);
    assertThat(gateway.isStripeThere()).isTrue();
    assertThat(open(gateway)).isInstanceOf(SessionOpen.class);
  }

  @Test
  void a_key_that_is_none_stops_all_calls_and_one_without_a_right_only_checkouts_that_need_it() {
    StripeGateway gateway = gateway(0);
    SessionOpen session = (SessionOpen) open(gateway);
    journey.take(new Signal.SessionOpened(session.sessionId()));
    simulator.mischief().inject(ApiFault.refuse(403, "invalid_request_error").onCalls(OPENING));
    assertThat(open(gateway)).isInstanceOf(Refused.class);
    for (int each = 0; each < 12; each++) {
      assertThat(open(gateway)).isInstanceOf(NotSent.class);
      assertThat(gateway.readCheckoutSession(journey.payment())).isInstanceOf(SessionOpen.class);
    }
    assertThat(gateway.isStripeThere()).isFalse();
    assertThat(meters.get("stripe.access.refused").gauge().value()).isEqualTo(1);

    simulator.mischief().behave();
    simulator.mischief().inject(ApiFault.refuse(401, "invalid_request_error"));
    for (int each = 0; each < 10; each++) {
      gateway.readCheckoutSession(journey.payment());
    }
    assertThat(gateway.readCheckoutSession(journey.payment())).isInstanceOf(NotSent.class);
    assertThat(gateway.closeCheckoutSession(journey.payment())).isInstanceOf(NotSent.class);
  }

  @Test
  void a_failure_that_stripe_remembers_says_nothing_of_stripe_now() {
    StripeGateway gateway = gateway(0);
    simulator.mischief().inject(ApiFault.failAfterActing(500).onCalls(OPENING).times(1));

    for (int each = 0; each < 20; each++) {
      assertThat(open(gateway)).isInstanceOf(Unknown.class);
    }

    assertThat(gateway.isStripeThere()).isTrue();
  }

  private StripeOutcome open(StripeGateway gateway) {
    try (Admission admission = gateway.admitCheckout()) {
      return gateway.openCheckoutSession(journey.payment(), admission);
    }
  }

  private double waiting(Lane lane) {
    return meters.get("stripe.calls.waiting").tag("lane", lane.label()).gauge().value();
  }

  private StripeGateway gateway(int callsPerSecond) {
    return new StripeGateway(
        new StripeSettings(
            simulator.baseUrl().toString(),
            "sk_test",
            List.of("whsec_test"),
            Duration.ofSeconds(2),
            Duration.ofSeconds(2),
            0,
            callsPerSecond),
        Clock.systemUTC(),
        meters);
  }
}
