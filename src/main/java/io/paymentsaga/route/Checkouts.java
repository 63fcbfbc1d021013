package io.paymentsaga.route;

import static java.time.temporal.ChronoUnit.MICROS;
import static java.time.temporal.ChronoUnit.SECONDS;

import io.paymentsaga.http.Caller;
import io.paymentsaga.http.CheckoutRequest;
import io.paymentsaga.http.CorrelationIds;
import io.paymentsaga.http.OncePerKey;
import io.paymentsaga.http.ProblemException;
import io.paymentsaga.http.Traceparent;
import io.paymentsaga.payment.Cause;
import io.paymentsaga.payment.Checkout;
import io.paymentsaga.payment.Decision;
import io.paymentsaga.payment.Payment;
import io.paymentsaga.payment.PaymentSignal;
import io.paymentsaga.payment.PaymentStatus;
import io.paymentsaga.payment.Signal;
import io.paymentsaga.saga.JdbcSagaService;
import io.paymentsaga.saga.SagaCause;
import io.paymentsaga.saga.SagaState;
import io.paymentsaga.stripe.StripeOutcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;

/** The steps of a checkout, between the routes of the payment saga and the functional core. */
public final class Checkouts {
  private static final String PAYMENT = "payment";

  /** A session must end half an hour after it was asked for, or later; some of it is the way. */
  private static final Duration SHORTEST_SESSION = Duration.ofMinutes(30).plusSeconds(20);

  private final CheckoutSettings settings;
  private final JdbcSagaService sagas;
  private final Rows rows;
  private final Clock clock;
  private final Supplier<String> ids;

  public Checkouts(
      CheckoutSettings settings,
      JdbcSagaService sagas,
      Rows rows,
      Clock clock,
      Supplier<String> ids) {
    this.settings = settings;
    this.sagas = sagas;
    this.rows = rows;
    this.clock = clock;
    this.ids = ids;
  }

  /** A payment for the request of the exchange, ready to be stored. */
  public void draft(Exchange exchange) {
    CheckoutRequest request = exchange.getProperty("checkoutRequest", CheckoutRequest.class);
    Caller caller = exchange.getProperty(Caller.PROPERTY, Caller.class);
    Payment payment = payment(request, exchange);
    exchange.setProperty(PAYMENT, payment);
    exchange
        .getMessage()
        .setBody(
            Map.of(
                "orderId", payment.orderId(),
                "state", rows.write(payment),
                "actor", caller.subject()));
  }

  private Payment payment(CheckoutRequest request, Exchange exchange) {
    Instant now = clock.instant().truncatedTo(MICROS);
    return new Payment(
        ids.get(),
        request.orderId(),
        request.userId(),
        request.currency(),
        request.amount(),
        PaymentStatus.PENDING,
        exchange.getMessage().getHeader(Exchange.SAGA_LONG_RUNNING_ACTION, String.class),
        exchange.getProperty(CorrelationIds.PROPERTY, String.class),
        exchange.getProperty(Traceparent.NAME, String.class),
        checkout(request),
        now.plus(settings.expiry()).truncatedTo(SECONDS),
        null,
        null,
        null,
        null,
        0,
        null,
        null,
        null,
        null,
        null,
        false,
        List.of(),
        0,
        0,
        0,
        0,
        0,
        now,
        now,
        null,
        null,
        0,
        0);
  }

  private Checkout checkout(CheckoutRequest request) {
    List<Checkout.Item> items =
        request.items().stream()
            .map(
                item ->
                    new Checkout.Item(
                        item.productId(), item.productName(), item.quantity(), item.unitAmount()))
            .toList();
    return new Checkout(
        request.customerEmail(),
        items,
        request.shippingAmount(),
        request.taxAmount(),
        orElse(request.successUrl(), "/success?session_id={CHECKOUT_SESSION_ID}"),
        orElse(request.cancelUrl(), "/cancel"),
        address(request.shippingAddress()),
        request.metadata());
  }

  private String orElse(String url, String path) {
    return url == null ? settings.frontendUrl() + path : url;
  }

  private static Checkout.Address address(CheckoutRequest.ShippingAddress address) {
    return address == null
        ? null
        : new Checkout.Address(
            address.line1(),
            address.line2(),
            address.city(),
            address.state(),
            address.postalCode(),
            address.country());
  }

  /**
   * The payment is stored, or may not be.
   *
   * @throws ProblemException when its order was cancelled
   */
  public void created(@Body Map<String, Object> row, @ExchangeProperty(PAYMENT) Payment payment) {
    if ("ORDER_CANCELLED".equals(row.get("verdict"))) {
      throw ProblemException.conflict("The order " + payment.orderId() + " was cancelled.");
    }
    sagas.advance(
        payment.sagaId(),
        SagaState.PAYMENT_CREATED,
        Set.of("create-payment"),
        SagaCause.of("checkout"));
  }

  /**
   * The order has a live payment.
   *
   * @param row that payment; null when it has ended just now
   * @throws LivePaymentException always
   */
  public void taken(
      @Body Map<String, Object> row, @ExchangeProperty(Caller.PROPERTY) Caller caller) {
    boolean visible = row != null && caller.mayActFor((String) row.get("user_id"));
    throw new LivePaymentException(visible ? (String) row.get("payment_id") : null);
  }

  /** The session is open: to be remembered and announced. */
  public PaymentSignal announce(
      @ExchangeProperty(PAYMENT) Payment payment,
      @ExchangeProperty("checkoutSession") StripeOutcome.SessionOpen session) {
    return signal(payment, new Signal.SessionOpened(session.sessionId()));
  }

  /**
   * The announcement is written.
   *
   * @throws ProblemException when the payment was called off meanwhile: its session is being closed
   */
  public void announced(@Body Decision decision, Exchange exchange) {
    if (decision.after().rollbackBegun() || !decision.after().status().isUnpaid()) {
      throw ProblemException.conflict("The payment was cancelled while it was being opened.");
    }
    exchange.setProperty(PAYMENT, decision.after());
  }

  /** No session was opened, or nobody knows: nothing may come of this payment. */
  public PaymentSignal abandon(
      @ExchangeProperty(PAYMENT) Payment payment, @Body StripeOutcome outcome) {
    String reason =
        outcome instanceof StripeOutcome.Refused refused
            ? "Stripe refused the checkout: " + refused.reason()
            : "Stripe did not answer";
    return signal(payment, new Signal.CheckoutFailed(reason));
  }

  /**
   * Whether the payment may wait for its caller to come again: who has named the call by a key can
   * go on with it, as long as Stripe would still open its session.
   */
  public boolean mayResume(
      @ExchangeProperty(PAYMENT) Payment payment,
      @ExchangeProperty(OncePerKey.CLAIM) Object claim,
      @Body StripeOutcome outcome) {
    return claim != null && !(outcome instanceof StripeOutcome.Refused) && hasTime(payment);
  }

  private boolean hasTime(Payment payment) {
    return clock.instant().plus(SHORTEST_SESSION).isBefore(payment.expiresAt());
  }

  /** Leaves the payment as it is for a while, and tells the caller to come again. */
  public void suspend(@ExchangeProperty(PAYMENT) Payment payment, @Body StripeOutcome outcome) {
    keepOpen(payment);
    refuse(outcome);
  }

  /** Nobody else undoes the payment meanwhile. */
  private void keepOpen(Payment payment) {
    sagas.expectBy(payment.sagaId(), clock.instant().plus(settings.unfinished()));
    sagas.dueAfter(payment.sagaId(), settings.unfinished());
  }

  /** Where a checkout is gone on with. */
  public enum Resumption {
    /** Stripe has not been asked for a session. */
    CREATED,
    /** It may have been. */
    OPENING,
    /** Nothing has come of the payment: another is to be made. */
    CLOSED
  }

  /**
   * The unfinished payment in the body becomes the exchange's again, with its saga.
   *
   * @throws ProblemException 503 while it is being closed
   */
  public Resumption resume(@Body Map<String, Object> row, Exchange exchange) {
    Payment payment = rows.payment((String) row.get("payment"));
    if (!payment.status().isUnpaid()) {
      return Resumption.CLOSED;
    }
    if (payment.rollbackBegun() || !hasTime(payment)) {
      throw ProblemException.unavailable(
          "The payment of the earlier call is being closed.", Duration.ofSeconds(2));
    }
    keepOpen(payment);
    exchange.setProperty(PAYMENT, payment);
    exchange.getMessage().setHeader(Exchange.SAGA_LONG_RUNNING_ACTION, payment.sagaId());
    return Boolean.TRUE.equals(row.get("opening")) ? Resumption.OPENING : Resumption.CREATED;
  }

  /** Tells the caller why there is no session. */
  public void refuse(@ExchangeProperty("stripeOutcome") StripeOutcome outcome) {
    if (outcome instanceof StripeOutcome.Refused refused) {
      throw switch (refused.fault()) {
        case CALLER ->
            ProblemException.unprocessable("Stripe refused what was sent: " + refused.reason());
        case SERVICE, ACCESS ->
            ProblemException.badGateway("Stripe refused to open a session.", null);
      };
    }
    throw ProblemException.unavailable("Stripe cannot be reached at the moment.", pause(outcome));
  }

  private static Duration pause(StripeOutcome outcome) {
    if (outcome instanceof StripeOutcome.RateLimited limited) {
      return limited.retryAfter();
    }
    if (outcome instanceof StripeOutcome.NotSent notSent) {
      return notSent.retryAfter();
    }
    return outcome instanceof StripeOutcome.Unknown unknown
        ? unknown.retryAfter()
        : Duration.ofSeconds(2);
  }

  /** The answer to the caller. */
  public Map<String, Object> response(
      @ExchangeProperty(PAYMENT) Payment payment,
      @ExchangeProperty("checkoutSession") StripeOutcome.SessionOpen session) {
    Map<String, Object> response = new LinkedHashMap<>();
    response.put("paymentId", payment.paymentId());
    response.put("orderId", payment.orderId());
    response.put("sagaId", payment.sagaId());
    response.put("correlationId", payment.correlationId());
    response.put("status", payment.status());
    response.put("amount", payment.amount());
    response.put("currency", payment.currency());
    response.put("stripeSessionId", session.sessionId());
    response.put("checkoutUrl", session.url());
    response.put("expiresAt", payment.expiresAt());
    return response;
  }

  private static PaymentSignal signal(Payment payment, Signal signal) {
    return new PaymentSignal(payment.paymentId(), signal, Cause.of("checkout"));
  }
}
