package io.paymentsaga.route;

import io.paymentsaga.payment.Cause;
import io.paymentsaga.payment.PaymentSignal;
import io.paymentsaga.stripe.StripeEvent;
import io.paymentsaga.stripe.StripeSignals;
import java.util.List;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;

/** What a stored webhook event tells the one door. */
public final class StripeEvents {

  /**
   * The signal in an event, if any.
   *
   * @param paymentId the payment the event is about; empty when it is about none, null when the
   *     event was here before
   */
  public List<PaymentSignal> signals(
      @Body String paymentId, @ExchangeProperty("stripeEvent") StripeEvent event) {
    if (paymentId == null || paymentId.isEmpty()) {
      return List.of();
    }
    return StripeSignals.of(event).stream()
        .map(
            signal ->
                new PaymentSignal(
                    paymentId, signal, new Cause(event.type(), event.eventId(), "stripe")))
        .toList();
  }
}
