package io.paymentsaga.route;

import io.paymentsaga.payment.Cause;
import io.paymentsaga.payment.PaymentSignal;
import io.paymentsaga.stripe.StripeEvent;
import io.paymentsaga.stripe.StripeGateway;
import io.paymentsaga.stripe.StripeSignals;
import io.paymentsaga.stripe.StripeWebhooks;
import io.paymentsaga.stripe.WebhookRejectedException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
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

  /** Events may show up in Stripe's list after younger ones; reading one twice does no harm. */
  private static final Duration OVERLAP = Duration.ofMinutes(10);

  private final StripeGateway stripe;
  private final StripeWebhooks webhooks;
  private final boolean undeliveredOnly;
  private final Duration interval;

  /**
   * @param undeliveredOnly whether what a webhook endpoint has acknowledged is left out of what is
   *     fetched
   * @param interval the pause between two fetches, whichever instances make them
   */
  public StripeEvents(
      StripeGateway stripe, StripeWebhooks webhooks, boolean undeliveredOnly, Duration interval) {
    this.stripe = stripe;
    this.webhooks = webhooks;
    this.undeliveredOnly = undeliveredOnly;
    this.interval = interval;
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

  /** Stripe's events since the list was last read to its end, in no order to rely on. */
  public Iterator<StripeEvent> fetched(@Body Map<String, Object> row) {
    Instant readTo = ((Timestamp) row.get("read_to")).toInstant();
    return stripe.events(readTo.minus(OVERLAP), undeliveredOnly);
  }

  /** The list was read to its end: from where on, and when, it is read again. */
  public Map<String, Object> ended(@ExchangeProperty("eventSweep") Map<String, Object> row) {
    // A little less, for the instance that comes next comes after the whole interval.
    long pause = interval.toMillis() * 9 / 10;
    return Map.of("begun", row.get("begun"), "pauseMillis", pause);
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
}
