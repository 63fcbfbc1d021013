package io.paymentsaga.route;

import io.paymentsaga.payment.Cause;
import io.paymentsaga.payment.Payment;
import io.paymentsaga.payment.PaymentSignal;
import io.paymentsaga.payment.Refund;
import io.paymentsaga.payment.Signal;
import io.paymentsaga.saga.StepPendingException;
import io.paymentsaga.stripe.StripeOutcome;
import io.paymentsaga.stripe.StripeOutcome.Fault;
import io.paymentsaga.stripe.StripeUnavailableException;
import java.time.Clock;
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

  /** Webhooks and Stripe's list of events tell of its end; looks are for what both have missed. */
  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(30);

  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
  private static final Duration LONGEST_PENDING = Duration.ofDays(30);

  /** Disputes take weeks; a look costs no call to Stripe. */
  private static final Duration DISPUTED = Duration.ofMinutes(1);

  private final Rows rows;
  private final Clock clock;

  public Refunds(Rows rows, Clock clock) {
    this.rows = rows;
    this.clock = clock;
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
   * @throws StepPendingException when Stripe asks for patience
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
    if (outcome instanceof StripeOutcome.NotMade notMade) {
      return signal(refund, new Signal.RefundNotMade(refund.refundId(), notMade.reason()));
    }
    if (outcome instanceof StripeOutcome.Refused refused && refused.fault() != Fault.ACCESS) {
      return signal(refund, new Signal.RefundRefused(refund.refundId(), refused.reason()));
    }
    throw StripeAnswers.missing(outcome);
  }

  /**
   * Whether Stripe may be asked for it now: a bank that disputes the payment may take the same
   * money back.
   *
   * @throws StepPendingException while a dispute is open
   */
  public void checkUndisputed(
      @ExchangeProperty("payment") Payment payment, @ExchangeProperty("refund") Refund refund) {
    if (payment.disputed() && refund.stripeRefundId() == null) {
      throw new StepPendingException(DISPUTED);
    }
  }

  /**
   * Whether Stripe will have more to say of this refund.
   *
   * @throws StepPendingException while it is pending there
   * @throws StripeUnavailableException when it is to be asked under another key
   */
  public void checkEnded(
      @ExchangeProperty("refund") Refund refund,
      @ExchangeProperty("stripeOutcome") StripeOutcome outcome) {
    if (outcome instanceof StripeOutcome.NotMade) {
      throw StripeUnavailableException.of(outcome);
    }
    if (outcome instanceof StripeOutcome.RefundState state
        && state.status() == Refund.Status.PENDING) {
      throw new StepPendingException(pause(refund), LONGEST_PENDING);
    }
  }

  /** A tenth of its age: a refund that takes days must not be in the way of what is urgent. */
  private Duration pause(Refund refund) {
    Duration tenth = Duration.between(refund.createdAt(), clock.instant()).dividedBy(10);
    if (tenth.compareTo(SHORTEST_PAUSE) < 0) {
      return SHORTEST_PAUSE;
    }
    return tenth.compareTo(LONGEST_PAUSE) < 0 ? tenth : LONGEST_PAUSE;
  }

  private static PaymentSignal signal(Refund refund, Signal signal) {
    return new PaymentSignal(refund.paymentId(), signal, Cause.of("refund"));
  }
}
