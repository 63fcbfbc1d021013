package io.paymentsaga.stripe;

import com.stripe.StripeClient;
import com.stripe.exception.StripeException;
import com.stripe.model.Charge;
import com.stripe.model.PaymentIntent;
import com.stripe.model.checkout.Session;
import com.stripe.net.HttpClient;
import com.stripe.service.EventService;
import io.micrometer.core.instrument.MeterRegistry;
import io.paymentsaga.payment.Money;
import io.paymentsaga.payment.Payment;
import io.paymentsaga.payment.Refund;
import io.paymentsaga.stripe.StripeOutcome.NoSession;
import io.paymentsaga.stripe.StripeOutcome.SessionExpired;
import io.paymentsaga.stripe.StripeOutcome.SessionOpen;
import io.paymentsaga.stripe.StripeOutcome.SessionPaid;
import io.paymentsaga.stripe.StripeOutcome.SessionProcessing;
import io.paymentsaga.stripe.StripeOutcome.Unknown;
import java.time.Clock;
import java.time.Instant;
import java.util.Iterator;
import java.util.Locale;

/**
 * Every call this service makes to Stripe.
 *
 * <p>Promises: each write carries an idempotency key derived from the saga and the step, and stored
 * parameters only; each method may be repeated any number of times, by any instance, at any time:
 * when Stripe may have forgotten a key, or remembers a failure under it, what it has is looked
 * through instead; errors come back as outcomes and never as exceptions; all of them together keep
 * to one budget ({@link StripeBudget}), and what that keeps back was not sent. It does not retry
 * beyond the SDK's own bounded repeats, and must not be called inside a database transaction.
 */
public final class StripeGateway {
  private final StripeBudget budget;
  private final CheckoutSessions opening;
  private final CheckoutSessions looking;
  private final CheckoutSessions undoing;
  private final RefundRequests refundLooks;
  private final RefundRequests refunds;
  private final EventService events;
  private final StripeLedger ledger;

  /**
   * @param registry where its requests are counted and timed
   */
  public StripeGateway(StripeSettings settings, Clock clock, MeterRegistry registry) {
    budget = new StripeBudget(settings.callsPerSecond(), registry);
    HttpClient calls = new PatientHttpClient(new MeteredHttpClient(registry));
    StripeClient open = client(settings, BudgetedHttpClient.admitted(calls, budget, Lane.OPEN));
    StripeClient look = client(settings, BudgetedHttpClient.waiting(calls, budget, Lane.LOOK));
    StripeClient undo = client(settings, BudgetedHttpClient.waiting(calls, budget, Lane.UNDO));
    opening = new CheckoutSessions(open, clock);
    looking = new CheckoutSessions(look, clock);
    undoing = new CheckoutSessions(undo, clock);
    refundLooks = new RefundRequests(look, clock);
    refunds = new RefundRequests(undo, clock);
    events = look.v1().events();
    ledger = new StripeLedger(look);
  }

  private static StripeClient client(StripeSettings settings, HttpClient calls) {
    return StripeClient.builder()
        .setApiKey(settings.secretKey())
        .setApiBase(settings.apiBase())
        .setConnectTimeout((int) settings.connectTimeout().toMillis())
        .setReadTimeout((int) settings.readTimeout().toMillis())
        .setMaxNetworkRetries(settings.networkRetries())
        .setHttpClient(calls)
        .build();
  }

  /**
   * Whether Stripe answers, and takes the key for what it is asked, as its last calls have shown.
   */
  public boolean isStripeThere() {
    return budget.isStripeThere() && budget.isLetIn();
  }

  /**
   * Waits, a little, for the turn of a call that opens a Checkout Session: before anything is
   * stored for it, so that nothing is left behind when there is none.
   */
  public Admission admitCheckout() {
    return Admission.to(budget, Lane.OPEN);
  }

  /**
   * Opens the payment's Checkout Session, or finds the one this same call has opened before.
   *
   * @param admission one that was not used before
   */
  public StripeOutcome openCheckoutSession(Payment payment, Admission admission) {
    if (admission.refusal().isPresent()) {
      return admission.refusal().get();
    }
    admission.use();
    return ask(() -> outcome(opening.open(payment)));
  }

  /** Looks at the payment's Checkout Session. */
  public StripeOutcome readCheckoutSession(Payment payment) {
    return ask(() -> outcome(looking.read(payment.stripeSessionId())));
  }

  /**
   * Sees to it that no money can come through the payment's Checkout Session any more, or says why
   * it can. When nobody knows whether a session was opened, that is found out first.
   */
  public StripeOutcome closeCheckoutSession(Payment payment) {
    return ask(
        () -> {
          String sessionId = payment.stripeSessionId();
          if (sessionId == null) {
            sessionId = undoing.lost(payment).map(Session::getId).orElse(null);
          }
          return sessionId == null
              ? new NoSession("Stripe has none")
              : outcome(undoing.close(payment, sessionId));
        });
  }

  /** Asks for a refund, or finds the one this same call has asked for before. */
  public StripeOutcome createRefund(Payment payment, Refund refund) {
    return ask(() -> refunds.create(payment, refund));
  }

  /** Looks at a refund. */
  public StripeOutcome readRefund(Refund refund) {
    return ask(() -> refundLooks.read(refund.stripeRefundId()));
  }

  /**
   * Stripe's events that may say something of a payment, the oldest first.
   *
   * @param from leaves out those created before
   * @param to now; the last page holds what was created since, too
   * @param undeliveredOnly leaves out those that every webhook endpoint has acknowledged
   * @return fetched page by page; throws {@link StripeUnavailableException} while it is read
   */
  public Iterator<EventPage> events(Instant from, Instant to, boolean undeliveredOnly) {
    return new EventList(events, from, to, undeliveredOnly);
  }

  /** What Stripe has on record; reading it changes nothing. */
  public StripeLedger ledger() {
    return ledger;
  }

  private static StripeOutcome outcome(Session session) {
    String status = session.getStatus();
    if ("open".equals(status)) {
      return new SessionOpen(
          session.getId(), session.getUrl(), Instant.ofEpochSecond(session.getExpiresAt()));
    }
    if ("expired".equals(status)) {
      return new SessionExpired(session.getId());
    }
    if ("unpaid".equals(session.getPaymentStatus())) {
      return hasFailed(session.getPaymentIntentObject())
          ? new SessionExpired(session.getId())
          : new SessionProcessing(session.getId(), session.getPaymentIntent());
    }
    Money captured =
        new Money(session.getAmountTotal(), session.getCurrency().toUpperCase(Locale.ROOT));
    Charge charge = latestCharge(session.getPaymentIntentObject());
    return new SessionPaid(
        session.getId(),
        captured,
        session.getPaymentIntent(),
        charge == null ? null : charge.getId(),
        charge == null ? null : charge.getReceiptUrl());
  }

  private static Charge latestCharge(PaymentIntent intent) {
    return intent == null ? null : intent.getLatestChargeObject();
  }

  /**
   * Money that was under way and will not come leaves its session complete and unpaid for ever
   * (docs.stripe.com/payments/paymentintents/lifecycle).
   */
  private static boolean hasFailed(PaymentIntent intent) {
    return intent != null
        && ("requires_payment_method".equals(intent.getStatus())
            || "canceled".equals(intent.getStatus()));
  }

  private StripeOutcome ask(Call call) {
    try {
      return call.make();
    } catch (StripeException error) {
      StripeOutcome outcome = StripeErrors.outcome(error);
      return outcome instanceof Unknown unknown && !budget.isStripeThere()
          ? new Unknown(unknown.reason(), unknown.retryAfter(), true)
          : outcome;
    }
  }

  private interface Call {
    StripeOutcome make() throws StripeException;
  }
}
