package io.paymentsaga.stripe;

import com.stripe.StripeClient;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import com.stripe.model.PaymentIntent;
import com.stripe.model.checkout.Session;
import com.stripe.net.RequestOptions;
import com.stripe.param.RefundCreateParams;
import com.stripe.param.checkout.SessionExpireParams;
import com.stripe.param.checkout.SessionRetrieveParams;
import io.micrometer.core.instrument.MeterRegistry;
import io.paymentsaga.payment.Money;
import io.paymentsaga.payment.Payment;
import io.paymentsaga.payment.Refund;
import io.paymentsaga.stripe.StripeOutcome.NoSession;
import io.paymentsaga.stripe.StripeOutcome.RefundState;
import io.paymentsaga.stripe.StripeOutcome.Refused;
import io.paymentsaga.stripe.StripeOutcome.SessionExpired;
import io.paymentsaga.stripe.StripeOutcome.SessionOpen;
import io.paymentsaga.stripe.StripeOutcome.SessionPaid;
import io.paymentsaga.stripe.StripeOutcome.SessionProcessing;
import java.time.Instant;
import java.util.Locale;

/**
 * Every call this service makes to Stripe.
 *
 * <p>Promises: each write carries an idempotency key derived from the saga and the step, and stored
 * parameters only; each method may be repeated any number of times, by any instance, within
 * Stripe's 24 hours for such keys; errors come back as outcomes and never as exceptions. It does
 * not retry beyond the SDK's own bounded repeats, and must not be called inside a database
 * transaction.
 */
public final class StripeGateway {
  private final StripeClient stripe;

  /**
   * @param registry where its requests are counted and timed
   */
  public StripeGateway(StripeSettings settings, MeterRegistry registry) {
    stripe =
        StripeClient.builder()
            .setApiKey(settings.secretKey())
            .setApiBase(settings.apiBase())
            .setConnectTimeout((int) settings.connectTimeout().toMillis())
            .setReadTimeout((int) settings.readTimeout().toMillis())
            .setMaxNetworkRetries(settings.networkRetries())
            .setHttpClient(new MeteredHttpClient(registry))
            .build();
  }

  /** Opens the payment's Checkout Session, or finds the one this same call has opened before. */
  public StripeOutcome openCheckoutSession(Payment payment) {
    return ask(() -> outcome(create(payment)));
  }

  /** Looks at the payment's Checkout Session. */
  public StripeOutcome readCheckoutSession(Payment payment) {
    return ask(() -> outcome(retrieve(payment.stripeSessionId())));
  }

  /**
   * Sees to it that no money can come through the payment's Checkout Session any more, or says why
   * it can. When nobody knows whether a session was opened, the opening is repeated under its own
   * key, and what it shows is closed.
   */
  public StripeOutcome closeCheckoutSession(Payment payment) {
    String sessionId = payment.stripeSessionId();
    if (sessionId == null) {
      StripeOutcome opened = openCheckoutSession(payment);
      if (opened instanceof Refused refused) {
        return new NoSession(refused.message());
      }
      if (!(opened instanceof SessionOpen open)) {
        return opened;
      }
      sessionId = open.sessionId();
    }
    String id = sessionId;
    return ask(() -> outcome(expired(payment, id)));
  }

  /** Asks for a refund, or finds the one this same call has asked for before. */
  public StripeOutcome createRefund(Payment payment, Refund refund) {
    RefundCreateParams parameters =
        RefundCreateParams.builder()
            .setPaymentIntent(payment.stripePaymentIntentId())
            .setAmount(refund.amount())
            .setReason(reason(refund.reason()))
            .putMetadata("paymentId", payment.paymentId())
            .putMetadata("refundId", refund.refundId())
            .build();
    return ask(
        () ->
            outcome(
                stripe.v1().refunds().create(parameters, key(refund.sagaId(), "issue-refund"))));
  }

  /** Looks at a refund. */
  public StripeOutcome readRefund(Refund refund) {
    return ask(() -> outcome(stripe.v1().refunds().retrieve(refund.stripeRefundId())));
  }

  private Session create(Payment payment) throws StripeException {
    return stripe
        .v1()
        .checkout()
        .sessions()
        .create(
            CheckoutSessionParameters.of(payment), key(payment.sagaId(), "open-checkout-session"));
  }

  private Session retrieve(String sessionId) throws StripeException {
    return stripe
        .v1()
        .checkout()
        .sessions()
        .retrieve(sessionId, SessionRetrieveParams.builder().addExpand("payment_intent").build());
  }

  /**
   * Only an open session can expire; whatever else it has become is what the caller needs to know.
   */
  private Session expired(Payment payment, String sessionId) throws StripeException {
    Session session = retrieve(sessionId);
    if (!"open".equals(session.getStatus())) {
      return session;
    }
    try {
      return stripe
          .v1()
          .checkout()
          .sessions()
          .expire(
              sessionId,
              SessionExpireParams.builder().build(),
              key(payment.sagaId(), "close-checkout-session"));
    } catch (InvalidRequestException noLongerOpen) {
      return retrieve(sessionId);
    }
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
    return new SessionPaid(session.getId(), captured, session.getPaymentIntent());
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

  private static StripeOutcome outcome(com.stripe.model.Refund refund) {
    return new RefundState(
        refund.getId(),
        refund.getAmount(),
        RefundStatuses.read(refund.getStatus()),
        refund.getFailureReason());
  }

  private static RefundCreateParams.Reason reason(String reason) {
    return reason == null
        ? null
        : RefundCreateParams.Reason.valueOf(reason.toUpperCase(Locale.ROOT));
  }

  private static RequestOptions key(String sagaId, String step) {
    return RequestOptions.builder().setIdempotencyKey(sagaId + ":" + step).build();
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
