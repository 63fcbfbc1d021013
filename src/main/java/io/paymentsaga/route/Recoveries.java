package io.paymentsaga.route;

import io.paymentsaga.payment.Cause;
import io.paymentsaga.payment.Payment;
import io.paymentsaga.payment.PaymentSignal;
import io.paymentsaga.payment.Signal;
import io.paymentsaga.stripe.StripeOutcome;
import io.paymentsaga.stripe.StripeOutcome.Fault;
import io.paymentsaga.stripe.StripeSignals;
import io.paymentsaga.stripe.StripeUnavailableException;
import java.time.Clock;
import java.util.List;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;

/** What a look at an unfinished payment tells the one door. */
public final class Recoveries {
  private final Clock clock;

  public Recoveries(Clock clock) {
    this.clock = clock;
  }

  /** A checkout that never came to its session: whoever made it is gone. */
  public PaymentSignal interrupted(@Body Payment payment) {
    return signal(payment, new Signal.CheckoutFailed("the checkout was interrupted"));
  }

  /**
   * What the payment's session was found to be: nothing when it is open, or Stripe asks for
   * patience, is away or refuses the key until the next look.
   *
   * @throws StripeUnavailableException when nobody knows yet, or Stripe refuses to tell
   */
  public List<PaymentSignal> found(
      @ExchangeProperty("payment") Payment payment, @Body StripeOutcome outcome) {
    boolean unknown = outcome instanceof StripeOutcome.Unknown left && !left.stripeIsAway();
    boolean refused =
        outcome instanceof StripeOutcome.Refused refusal && refusal.fault() != Fault.ACCESS;
    if (unknown || refused) {
      throw StripeUnavailableException.of(outcome);
    }
    boolean overdue =
        outcome instanceof StripeOutcome.SessionOpen
            && clock.instant().isAfter(payment.expiresAt());
    List<Signal> found = overdue ? List.of(new Signal.SessionExpired()) : StripeSignals.of(outcome);
    return found.stream().map(signal -> signal(payment, signal)).toList();
  }

  private static PaymentSignal signal(Payment payment, Signal signal) {
    return new PaymentSignal(payment.paymentId(), signal, Cause.of("recovery"));
  }
}
