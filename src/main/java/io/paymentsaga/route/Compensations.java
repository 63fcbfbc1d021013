package io.paymentsaga.route;

import io.paymentsaga.payment.Cause;
import io.paymentsaga.payment.Payment;
import io.paymentsaga.payment.PaymentSignal;
import io.paymentsaga.payment.Signal;
import io.paymentsaga.saga.StepPendingException;
import io.paymentsaga.stripe.StripeOutcome;
import io.paymentsaga.stripe.StripeUnavailableException;
import java.time.Duration;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;

/** What the compensations of the payment saga tell the one door. */
public final class Compensations {
  /**
   * Money under way can be neither stopped nor refunded (docs.stripe.com/refunds): its end is
   * awaited.
   */
  private static final Duration MONEY_UNDER_WAY = Duration.ofSeconds(30);

  /** As for a payment that nobody calls off. */
  private static final Duration LONGEST_UNDER_WAY = Duration.ofDays(21);

  public PaymentSignal announceRollback(@Body String paymentId) {
    return signal(paymentId, new Signal.RollbackAnnounced());
  }

  /**
   * What closing the session has found out.
   *
   * @throws StripeUnavailableException when nobody knows yet
   * @throws StepPendingException while the money is under way, or Stripe asks for patience
   */
  public PaymentSignal sessionClosed(
      @ExchangeProperty("payment") Payment payment, @Body StripeOutcome outcome) {
    if (outcome instanceof StripeOutcome.SessionExpired expired) {
      return signal(payment.paymentId(), new Signal.SessionClosed(expired.sessionId()));
    }
    if (outcome instanceof StripeOutcome.NoSession) {
      return signal(payment.paymentId(), new Signal.SessionClosed(null));
    }
    if (outcome instanceof StripeOutcome.SessionPaid paid) {
      return signal(
          payment.paymentId(), new Signal.Captured(paid.captured(), paid.paymentIntentId()));
    }
    if (outcome instanceof StripeOutcome.SessionProcessing) {
      throw new StepPendingException(MONEY_UNDER_WAY, LONGEST_UNDER_WAY);
    }
    throw StripeAnswers.missing(outcome);
  }

  public PaymentSignal closePayment(@Body String paymentId) {
    return signal(paymentId, new Signal.PaymentClosed());
  }

  public PaymentSignal endRollback(@Body String paymentId) {
    return signal(paymentId, new Signal.RollbackCompleted());
  }

  private static PaymentSignal signal(String paymentId, Signal signal) {
    return new PaymentSignal(paymentId, signal, Cause.of("compensation"));
  }
}
