package io.paymentsaga.route;

import io.paymentsaga.payment.Cause;
import io.paymentsaga.payment.PaymentSignal;
import io.paymentsaga.payment.Refund;
import io.paymentsaga.payment.Signal;
import io.paymentsaga.saga.StepPendingException;
import io.paymentsaga.stripe.StripeOutcome;
import io.paymentsaga.stripe.StripeUnavailableException;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;

/** The steps of a refund's saga. */
public final class Refunds {
  /** The exchange property with the saga of the refund that was opened last. */
  static final String OPENED_SAGA = "openedRefundSaga";

  private static final Duration PENDING_AT_STRIPE = Duration.ofSeconds(30);

  private final Rows rows;

  public Refunds(Rows rows) {
    this.rows = rows;
  }

  /** The refund in the body, with its saga, ready to be stored. */
  public Map<String, Object> open(
      @Body Refund refund,
      @Header(Exchange.SAGA_LONG_RUNNING_ACTION) String sagaId,
      Exchange exchange) {
    exchange.setProperty(OPENED_SAGA, sagaId);
    return Map.of("refund", rows.write(refund.withSaga(sagaId)));
  }

  /**
   * What Stripe has answered.
   *
   * @throws StripeUnavailableException when nobody knows yet
   */
  public PaymentSignal report(
      @ExchangeProperty("refund") Refund refund, @Body StripeOutcome outcome) {
    if (outcome instanceof StripeOutcome.RefundState state) {
      return signal(
          refund,
          new Signal.RefundReported(
              refund.refundId(),
              state.stripeRefundId(),
              state.amount(),
              state.status(),
              refund.reason(),
              state.failureReason()));
    }
    if (outcome instanceof StripeOutcome.Refused refused) {
      return signal(refund, new Signal.RefundRefused(refund.refundId(), refused.message()));
    }
    throw StripeUnavailableException.of(outcome);
  }

  /** Whether Stripe will have more to say of this refund. */
  public void checkEnded(@ExchangeProperty("stripeOutcome") StripeOutcome outcome) {
    if (outcome instanceof StripeOutcome.RefundState state
        && state.status() == Refund.Status.PENDING) {
      throw new StepPendingException(PENDING_AT_STRIPE);
    }
  }

  private static PaymentSignal signal(Refund refund, Signal signal) {
    return new PaymentSignal(refund.paymentId(), signal, Cause.of("refund"));
  }
}
