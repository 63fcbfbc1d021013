package io.paymentsaga.route;

import io.paymentsaga.payment.Cause;
import io.paymentsaga.payment.PaymentSignal;
import io.paymentsaga.stripe.StripeEvent;
import io.paymentsaga.stripe.StripeSignals;
import io.paymentsaga.stripe.StripeWebhooks;
import io.paymentsaga.stripe.WebhookRejectedException;
import java.util.List;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What Stripe's events tell the one door, whether they were sent, kept or fetched. */
public final class StripeEvents {
  private static final Logger LOG = LoggerFactory.getLogger(StripeEvents.class);
  private static final String EVENT = "stripeEvent";

  private final StripeWebhooks webhooks;

  public StripeEvents(StripeWebhooks webhooks) {
    this.webhooks = webhooks;
  }

  /**
   * The signal in an event, if any.
   *
   * @param paymentId the payment the event is about; empty when it is not known, null when the
   *     event was here before
   */
  public List<PaymentSignal> signals(
      @Body String paymentId, @ExchangeProperty(EVENT) StripeEvent event) {
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

  /** A kept event whose payment is known now: the same as if it had just come. */
  public String matched(@Body Map<String, Object> row, Exchange exchange) {
    exchange.setProperty(EVENT, webhooks.stored((String) row.get("payload")));
    return (String) row.get("payment_id");
  }

  /** A fetched event that cannot be read: no later look reads it better, so somebody must. */
  public void complain(
      @ExchangeProperty(EVENT) StripeEvent event,
      @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) WebhookRejectedException failure) {
    LOG.error(
        "Stripe's event {} ({}) cannot be read, an operator is needed: {}",
        event.eventId(),
        event.type(),
        failure.getMessage());
  }

  /** A fetched event that could not be taken: it is kept, and tried again by itself. */
  public void failed(
      @ExchangeProperty(EVENT) StripeEvent event,
      @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
    LOG.warn(
        "Stripe's event {} ({}) cannot be taken, and is kept to be tried again: {}",
        event.eventId(),
        event.type(),
        FailureText.of(failure));
  }
}
