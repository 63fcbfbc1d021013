package io.paymentsaga.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.paymentsaga.payment.Money;
import io.paymentsaga.payment.Payment;
import io.paymentsaga.payment.PaymentJourney;
import io.paymentsaga.payment.Refund;
import io.paymentsaga.payment.Signal;
import io.paymentsaga.sandbox.stripe.ApiCall;
import io.paymentsaga.sandbox.stripe.ApiFault;
import io.paymentsaga.sandbox.stripe.StripeSimulator;
import io.paymentsaga.sandbox.stripe.StripeSimulatorSettings;
import io.paymentsaga.sandbox.stripe.TestCard;
import io.paymentsaga.stripe.StripeOutcome.Fault;
import io.paymentsaga.stripe.StripeOutcome.NoSession;
import io.paymentsaga.stripe.StripeOutcome.NotMade;
import io.paymentsaga.stripe.StripeOutcome.RateLimited;
import io.paymentsaga.stripe.StripeOutcome.RefundState;
import io.paymentsaga.stripe.StripeOutcome.Refused;
import io.paymentsaga.stripe.StripeOutcome.SessionExpired;
import io.paymentsaga.stripe.StripeOutcome.SessionOpen;
import io.paymentsaga.stripe.StripeOutcome.SessionPaid;
import io.paymentsaga.stripe.StripeOutcome.SessionProcessing;
import io.paymentsaga.stripe.StripeOutcome.Unknown;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StripeGatewayTest {
  private static final Money ASKED = new Money(3000, "USD");
  private static final String OPENING = "POST /v1/checkout/sessions";
  private static final String REFUNDING = "POST /v1/refunds";
  private static final String KEY = "sk_test";
  private static final Duration A_DAY = Duration.ofHours(25);
  private static final String EXPIRING = "POST /v1/checkout/sessions/.*/expire";

  private final StripeSimulator simulator =
      StripeSimulator.start(StripeSimulatorSettings.onLoopback("sk_test", "whsec_test"));
  private final SimpleMeterRegistry requests = new SimpleMeterRegistry();
  private final StripeGateway gateway = gateway("sk_test");
  private final PaymentJourney journey =
      PaymentJourney.from(Instant.now().truncatedTo(ChronoUnit.SECONDS));

  @AfterEach
  void close() {
    simulator.close();
  }

  @Test
  void a_session_asks_for_what_the_payment_says() {
    SessionOpen open = open();

    assertThat(open.url()).startsWith(simulator.baseUrl().toString());
    assertThat(open.expiresAt()).isEqualTo(journey.payment().expiresAt());
    var session = simulator.find(open.sessionId()).orElseThrow();
    assertThat(session.getLong("amount_total")).isEqualTo(3000);
    assertThat(session.getString("currency")).isEqualTo("usd");
    assertThat(session.getString("client_reference_id")).isEqualTo("payment_1");
    assertThat(session.getJsonObject("metadata").getMap())
        .containsEntry("paymentId", "payment_1")
        .containsEntry("sagaId", "saga_1")
        .containsEntry("orderId", "order_1");
  }

  @Test
  void requests_are_timed_by_operation_and_outcome_and_not_by_id() {
    take(open());
    gateway.readCheckoutSession(journey.payment());
    simulator.mischief().inject(ApiFault.closeAfterActing().onCalls(OPENING).times(1));
    opened(gateway, journey.payment());

    assertThat(requests.find("stripe.requests").timers())
        .extracting(timer -> timer.getId().getTag("operation"), t -> t.getId().getTag("outcome"))
        .containsExactlyInAnyOrder(
            tuple("POST /v1/checkout/sessions", "200"),
            tuple("POST /v1/checkout/sessions", "unanswered"),
            tuple("GET /v1/checkout/sessions/id", "200"));
  }

  @Test
  void a_session_whose_reply_was_lost_is_found_again_under_the_same_key() {
    simulator.mischief().inject(ApiFault.closeAfterActing().onCalls(OPENING).times(1));

    assertThat(opened(gateway, journey.payment())).isInstanceOf(Unknown.class);
    SessionOpen found = open();

    assertThat(simulator.sessions())
        .extracting(session -> session.getString("id"))
        .containsExactly(found.sessionId());
    assertThat(simulator.apiCalls())
        .extracting(ApiCall::idempotencyKey)
        .containsExactly("saga_1:open-checkout-session", "saga_1:open-checkout-session");
  }

  @ParameterizedTest
  @MethodSource
  void a_failed_call_leaves_open_whether_stripe_acted(ApiFault fault) {
    simulator.mischief().inject(fault.times(1));

    assertThat(opened(gateway, journey.payment())).isInstanceOf(Unknown.class);
  }

  static Stream<ApiFault> a_failed_call_leaves_open_whether_stripe_acted() {
    return Stream.of(
        ApiFault.refuse(500, "api_error"),
        ApiFault.refuse(503, "api_error"),
        ApiFault.refuse(409, "idempotency_error"),
        ApiFault.failAfterActing(502),
        ApiFault.closeBeforeActing(),
        ApiFault.closeAfterActing(),
        ApiFault.delayAnswer(Duration.ofSeconds(5)));
  }

  @Test
  void an_unreachable_stripe_is_unknown() {
    simulator.stop();

    assertThat(opened(gateway, journey.payment())).isInstanceOf(Unknown.class);
  }

  @Test
  void a_refused_key_is_for_the_operator() {
    StripeOutcome outcome = opened(gateway("sk_wrong"), journey.payment());

    assertThat(((Refused) outcome).fault()).isEqualTo(Fault.ACCESS);
  }

  @Test
  void a_session_that_would_expire_too_soon_is_refused() {
    Payment old = PaymentJourney.from(Instant.now().minus(Duration.ofHours(1))).payment();

    assertThat(((Refused) opened(gateway, old)).fault()).isEqualTo(Fault.SERVICE);
  }

  @Test
  void a_look_shows_what_has_become_of_a_session() {
    String session = take(open());
    assertThat(gateway.readCheckoutSession(journey.payment())).isInstanceOf(SessionOpen.class);

    simulator.pay(session, TestCard.PAYS);

    assertThat(gateway.readCheckoutSession(journey.payment())).isEqualTo(paid(session));
  }

  @Test
  void a_bank_debit_is_processing_until_the_bank_has_decided() {
    String session = take(open());
    simulator.payByBankDebit(session);
    assertThat(gateway.readCheckoutSession(journey.payment()))
        .isEqualTo(new SessionProcessing(session, intent()));

    simulator.settle(intent(), true);

    assertThat(gateway.readCheckoutSession(journey.payment())).isEqualTo(paid(session));
  }

  @Test
  void a_bank_debit_that_was_returned_has_ended_unpaid() {
    String session = take(open());
    simulator.payByBankDebit(session);

    simulator.settle(intent(), false);

    assertThat(gateway.readCheckoutSession(journey.payment()))
        .isEqualTo(new SessionExpired(session));
    assertThat(gateway.closeCheckoutSession(journey.payment()))
        .isEqualTo(new SessionExpired(session));
  }

  @Test
  void an_open_session_is_closed_once() {
    String session = take(open());

    assertThat(gateway.closeCheckoutSession(journey.payment()))
        .isEqualTo(new SessionExpired(session));
    assertThat(gateway.closeCheckoutSession(journey.payment()))
        .isEqualTo(new SessionExpired(session));
    assertThat(callsOf(EXPIRING)).hasSize(1);
  }

  @Test
  void a_paid_session_is_not_closed_but_says_so() {
    String session = take(open());
    simulator.pay(session, TestCard.PAYS);

    assertThat(gateway.closeCheckoutSession(journey.payment())).isEqualTo(paid(session));
    assertThat(callsOf(EXPIRING)).isEmpty();
  }

  @Test
  void a_session_whose_money_is_under_way_is_not_closed_but_says_so() {
    String session = take(open());
    simulator.payByBankDebit(session);

    assertThat(gateway.closeCheckoutSession(journey.payment()))
        .isEqualTo(new SessionProcessing(session, intent()));
  }

  @Test
  void a_session_nobody_knows_of_is_found_and_closed() {
    simulator.mischief().inject(ApiFault.closeAfterActing().onCalls(OPENING).times(1));
    opened(gateway, journey.payment());

    StripeOutcome closed = gateway.closeCheckoutSession(journey.payment());

    assertThat(simulator.sessions())
        .extracting(session -> session.getString("status"))
        .containsExactly("expired");
    assertThat(closed).isInstanceOf(SessionExpired.class);
  }

  @Test
  void a_session_stripe_refuses_to_open_was_never_there() {
    Payment old = PaymentJourney.from(Instant.now().minus(Duration.ofHours(1))).payment();

    assertThat(gateway.closeCheckoutSession(old)).isInstanceOf(NoSession.class);
    assertThat(callsOf("GET /v1/checkout/sessions")).isEmpty();
  }

  @Test
  void a_session_whose_reply_was_lost_is_looked_for_when_its_key_is_forgotten() {
    simulator.mischief().inject(ApiFault.closeAfterActing().onCalls(OPENING).times(1));
    opened(gateway, journey.payment());

    assertThat(gateway(KEY, A_DAY).closeCheckoutSession(journey.payment()))
        .isEqualTo(new SessionExpired(onlySession()));
    assertThat(callsOf(OPENING)).hasSize(1);
  }

  @Test
  void a_session_behind_a_remembered_failure_is_looked_for() {
    simulator.mischief().inject(ApiFault.failAfterActing(500).onCalls(OPENING).times(1));
    assertThat(opened(gateway, journey.payment())).isInstanceOf(Unknown.class);

    assertThat(gateway.closeCheckoutSession(journey.payment()))
        .isEqualTo(new SessionExpired(onlySession()));
  }

  @Test
  void a_session_behind_a_key_that_asked_for_something_else_is_looked_for() {
    Payment asked = journey.payment();
    opened(gateway, asked);
    Payment changed = PaymentJourney.from(asked.createdAt().minusSeconds(10)).payment();

    assertThat(gateway.closeCheckoutSession(changed)).isEqualTo(new SessionExpired(onlySession()));
  }

  @Test
  void nobody_says_there_is_no_session_who_was_not_let_in() {
    StripeOutcome outcome = gateway("sk_wrong").closeCheckoutSession(journey.payment());

    assertThat(((Refused) outcome).fault()).isEqualTo(Fault.ACCESS);
  }

  @Test
  void stripe_says_how_long_to_wait() {
    simulator
        .mischief()
        .inject(ApiFault.rateLimited(Duration.ofSeconds(7)).onCalls(OPENING).times(1));
    simulator.mischief().inject(ApiFault.rateLimited(Duration.ZERO).onCalls(OPENING).times(1));

    assertThat(opened(gateway, journey.payment()))
        .isEqualTo(new RateLimited(Duration.ofSeconds(7)));
    assertThat(opened(gateway(KEY), journey.payment()))
        .isEqualTo(new RateLimited(Duration.ofSeconds(2)));
  }

  @Test
  void a_close_that_failed_is_found_done_or_is_done_under_another_key() {
    String session = take(open());
    simulator.mischief().inject(ApiFault.refuse(500, "api_error").onCalls(EXPIRING).times(1));

    assertThat(gateway.closeCheckoutSession(journey.payment()))
        .isEqualTo(new SessionExpired(session));
    assertThat(callsOf(EXPIRING)).extracting(ApiCall::idempotencyKey).doesNotHaveDuplicates();
  }

  @Test
  void a_refund_behind_a_remembered_failure_is_found_by_looking() {
    Refund refund = refund(TestCard.PAYS, 1000);
    simulator.mischief().inject(ApiFault.failAfterActing(500).onCalls(REFUNDING).times(1));

    assertThat(gateway.createRefund(journey.payment(), refund)).isInstanceOf(RefundState.class);
    assertThat(simulator.refunds()).hasSize(1);
  }

  @Test
  void a_refund_that_failed_and_is_not_there_is_asked_for_under_another_key() {
    Refund refund = refund(TestCard.PAYS, 1000);
    simulator.mischief().inject(ApiFault.refuse(500, "api_error").onCalls(REFUNDING).times(2));
    assertThat(gateway.createRefund(journey.payment(), refund)).isInstanceOf(Unknown.class);

    StripeOutcome settled =
        gateway(KEY, Duration.ofMinutes(1)).createRefund(journey.payment(), refund);
    assertThat(settled).isInstanceOf(NotMade.class);
    journey.take(new Signal.RefundNotMade("refund_1", ((NotMade) settled).reason()));

    assertThat(gateway.createRefund(journey.payment(), journey.refunds().get(0)))
        .isInstanceOf(RefundState.class);
    assertThat(callsOf(REFUNDING).get(2).idempotencyKey())
        .isEqualTo("saga_refund_1:issue-refund:2");
    assertThat(simulator.refunds()).hasSize(1);
  }

  @Test
  void a_refund_whose_key_is_forgotten_is_looked_for_before_it_is_asked_for() {
    Refund refund = refund(TestCard.PAYS, 1000);
    simulator.mischief().inject(ApiFault.closeAfterActing().onCalls(REFUNDING).times(1));
    gateway.createRefund(journey.payment(), refund);

    assertThat(gateway(KEY, A_DAY).createRefund(journey.payment(), refund))
        .isInstanceOf(RefundState.class);
    assertThat(callsOf(REFUNDING)).hasSize(1);
  }

  @Test
  void a_refund_nobody_was_let_in_to_ask_for_is_not_refused() {
    Refund refund = refund(TestCard.PAYS, 1000);

    StripeOutcome outcome = gateway("sk_wrong").createRefund(journey.payment(), refund);

    assertThat(((Refused) outcome).fault()).isEqualTo(Fault.ACCESS);
  }

  @Test
  void a_close_whose_reply_was_lost_is_found_to_be_done() {
    String session = take(open());
    simulator.mischief().inject(ApiFault.closeAfterActing().onCalls(EXPIRING).times(1));

    assertThat(gateway.closeCheckoutSession(journey.payment())).isInstanceOf(Unknown.class);
    assertThat(gateway.closeCheckoutSession(journey.payment()))
        .isEqualTo(new SessionExpired(session));
  }

  @Test
  void a_refund_whose_reply_was_lost_is_found_again_under_the_same_key() {
    Refund refund = refund(TestCard.PAYS, 1000);
    simulator.mischief().inject(ApiFault.closeAfterActing().onCalls("POST /v1/refunds").times(1));

    assertThat(gateway.createRefund(journey.payment(), refund)).isInstanceOf(Unknown.class);
    RefundState found = (RefundState) gateway.createRefund(journey.payment(), refund);

    assertThat(found.amount()).isEqualTo(1000);
    assertThat(found.status()).isEqualTo(Refund.Status.SUCCEEDED);
    assertThat(simulator.refunds())
        .singleElement()
        .satisfies(
            made -> {
              assertThat(made.getString("id")).isEqualTo(found.stripeRefundId());
              assertThat(made.getString("reason")).isEqualTo("duplicate");
              assertThat(made.getJsonObject("metadata").getString("refundId"))
                  .isEqualTo("refund_1");
            });
  }

  @Test
  void a_pending_refund_is_looked_at_until_it_has_ended() {
    Refund refund = refund(TestCard.REFUND_PENDING, 1000);

    RefundState pending = (RefundState) gateway.createRefund(journey.payment(), refund);
    assertThat(pending.status()).isEqualTo(Refund.Status.PENDING);
    journey.take(
        new Signal.RefundReported(
            "refund_1", pending.stripeRefundId(), 1000, pending.status(), "duplicate", null));
    simulator.failRefund(pending.stripeRefundId());

    RefundState failed = (RefundState) gateway.readRefund(journey.refunds().get(0));
    assertThat(failed.status()).isEqualTo(Refund.Status.FAILED);
    assertThat(failed.failureReason()).isNotNull();
  }

  @Test
  void a_refund_of_more_than_is_left_at_stripe_is_refused() {
    Refund refund = refund(TestCard.PAYS, 3000);
    simulator.refund(intent(), OptionalLong.of(1));

    assertThat(gateway.createRefund(journey.payment(), refund)).isInstanceOf(Refused.class);
  }

  private String onlySession() {
    assertThat(simulator.sessions()).hasSize(1);
    return simulator.sessions().get(0).getString("id");
  }

  private static StripeOutcome opened(StripeGateway gateway, Payment payment) {
    try (Admission admission = gateway.admitCheckout()) {
      return gateway.openCheckoutSession(payment, admission);
    }
  }

  private SessionOpen open() {
    return (SessionOpen) opened(gateway, journey.payment());
  }

  private String take(SessionOpen open) {
    journey.take(new Signal.SessionOpened(open.sessionId()));
    return open.sessionId();
  }

  /** A refund that was decided on a payment that was paid with this card. */
  private Refund refund(TestCard card, long amount) {
    simulator.pay(take(open()), card);
    journey.take(new Signal.Captured(ASKED, intent()));
    journey.take(new Signal.RefundRequested("refund_1", amount, "duplicate", null));
    return journey.refunds().get(0);
  }

  private String intent() {
    return simulator.paymentIntents().get(0).getString("id");
  }

  private List<ApiCall> callsOf(String methodAndPath) {
    return simulator.apiCalls().stream()
        .filter(call -> (call.method() + " " + call.path()).matches(methodAndPath))
        .toList();
  }

  private SessionPaid paid(String session) {
    String charge = simulator.charges().get(0).getString("id");
    String receipt = simulator.charges().get(0).getString("receipt_url");
    return new SessionPaid(session, ASKED, intent(), charge, receipt);
  }

  private StripeGateway gateway(String secretKey) {
    return gateway(secretKey, Duration.ZERO);
  }

  /** The gateway as it is so much later, when Stripe may have forgotten or settled things. */
  private StripeGateway gateway(String secretKey, Duration later) {
    return new StripeGateway(
        new StripeSettings(
            simulator.baseUrl().toString(),
            secretKey,
            List.of("whsec_test"),
            Duration.ofSeconds(2),
            Duration.ofSeconds(2),
            0,
            0),
        Clock.offset(Clock.systemUTC(), later),
        requests);
  }
}
