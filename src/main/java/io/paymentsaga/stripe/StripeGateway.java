package io.paymentsaga.stripe;

import com.stripe.StripeClient;
import com.stripe.exception.StripeException;
import com.stripe.model.Charge;
import com.stripe.model.PaymentIntent;
import com.stripe.model.checkout.Session;
import io.micrometer.core.instrument.MeterRegistry;
import io.paymentsaga.payment.Money;
import io.paymentsaga.payment.Payment;
import io.paymentsaga.payment.Refund;
import io.paymentsaga.stripe.StripeOutcome.NoSession;
import io.paymentsaga.stripe.StripeOutcome.SessionExpired;
import io.paymentsaga.stripe.StripeOutcome.SessionOpen;
import io.paymentsaga.stripe.StripeOutcome.SessionPaid;
import io.paymentsaga.stripe.StripeOutcome.SessionProcessing;
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
 * through instead; errors come back as outcomes and never as exceptions. It does not retry beyond
 * the SDK's own bounded repeats, and must not be called inside a database transaction.
 */
public final class StripeGateway {
  private final StripeClient stripe;
  private final CheckoutSessions sessions;
  private final RefundRequests refunds;
  private final StripeLedger ledger;

  /**
   * @param registry where its requests are counted and timed
   */
  public StripeGateway(StripeSettings settings, Clock clock, MeterRegistry registry) {
    stripe =
        StripeClient.builder()
            .setApiKey(settings.secretKey())
            .setApiBase(settings.apiBase())
            .setConnectTimeout((int) settings.connectTimeout().toMillis())
            .setReadTimeout((int) settings.readTimeout().toMillis())
            .setMaxNetworkRetries(settings.networkRetries())
            .setHttpClient(new PatientHttpClient(new MeteredHttpClient(registry)))
            .build();
    sessions = new CheckoutSessions(stripe, clock);
    refunds = new RefundRequests(stripe, clock);
    ledger = new StripeLedger(stripe);
  }

  /** Opens the payment's Checkout Session, or finds the one this same call has opened before. */
  public StripeOutcome openCheckoutSession(Payment payment) {
    return ask(() -> outcome(sessions.open(payment)));
  }

  /** Looks at the payment's Checkout Session. */
  public StripeOutcome readCheckoutSession(Payment payment) {
    return ask(() -> outcome(sessions.read(payment.stripeSessionId())));
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
            sessionId = sessions.lost(payment).map(Session::getId).orElse(null);
          }
          return sessionId == null
              ? new NoSession("Stripe has none")
              : outcome(sessions.close(payment, sessionId));
        });
  }

  /** Asks for a refund, or finds the one this same call has asked for before. */
  public StripeOutcome createRefund(Payment payment, Refund refund) {
    return ask(() -> refunds.create(payment, refund));
  }

  /** Looks at a refund. */
  public StripeOutcome readRefund(Refund refund) {
    return ask(() -> refunds.read(refund.stripeRefundId()));
  }

  /**
   * Stripe's events since then that may say something of a payment, roughly newest first.
   *
   * @param undeliveredOnly leaves out those that every webhook endpoint has acknowledged
   * @return fetched page by page; throws {@link StripeUnavailableException} while it is read
   */
  public Iterator<StripeEvent> events(Instant since, boolean undeliveredOnly) {
    return new EventList(stripe.v1().events(), since, undeliveredOnly);
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

  private static StripeOutcome ask(Call call) {
    try {
      return call.make();
    } catch (StripeException error) {
      return StripeErrors.outcome(error);
    }
  }

  private interface Call {
    StripeOutcome make() throws StripeException;
  }
}
