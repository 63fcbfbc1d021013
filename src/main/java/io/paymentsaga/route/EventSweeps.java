package io.paymentsaga.route;

import io.paymentsaga.stripe.EventPage;
import io.paymentsaga.stripe.StripeEvent;
import io.paymentsaga.stripe.StripeGateway;
import io.paymentsaga.stripe.StripeUnavailableException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads Stripe's list of events, and remembers after each page how far it has come: what breaks a
 * sweep off costs it a page.
 *
 * <p>Promises: an event that cannot be taken stops no other. It is kept and tried again by itself;
 * when it cannot be kept either, it is read again with each sweep until it is an hour old. Events
 * may come several times, which does no harm.
 */
public final class EventSweeps {
  private static final Logger LOG = LoggerFactory.getLogger(EventSweeps.class);

  /**
   * Events may show up in Stripe's list after younger ones: what is remembered as read to is read
   * again from so long before.
   */
  private static final Duration OVERLAP = Duration.ofMinutes(10);

  /** For a page; then another instance may go on. */
  private static final Duration CLAIM = Duration.ofMinutes(1);

  /** How long what could not be kept keeps the list from being remembered as read. */
  private static final Duration LONGEST_HELD = Duration.ofHours(1);

  private final CamelContext context;
  private final ProducerTemplate routes;
  private final StripeGateway stripe;
  private final boolean undeliveredOnly;
  private final Duration interval;

  /**
   * @param undeliveredOnly whether what a webhook endpoint has acknowledged is left out
   * @param interval the pause between two sweeps, whichever instances make them
   */
  public EventSweeps(
      CamelContext context, StripeGateway stripe, boolean undeliveredOnly, Duration interval) {
    this.context = context;
    this.routes = context.createProducerTemplate();
    this.stripe = stripe;
    this.undeliveredOnly = undeliveredOnly;
    this.interval = interval;
  }

  /** Goes on with the claimed sweep where it was, to its end; when Stripe is away, later. */
  public void carryOn(@Body Map<String, Object> row) {
    Instant begun = instant(row.get("begun"));
    Instant readTo = instant(row.get("read_to"));
    Instant lost = begun;
    Iterator<EventPage> pages = stripe.events(readTo.minus(OVERLAP), begun, undeliveredOnly);
    try {
      while (pages.hasNext() && !context.isStopping()) {
        EventPage page = pages.next();
        if (!takeAll(page) && page.from().isAfter(begun.minus(LONGEST_HELD))) {
          lost = earlier(lost, page.from());
        }
        readTo = earlier(begun, earlier(lost, page.readTo()).plus(OVERLAP));
        remember(readTo, CLAIM);
      }
    } catch (StripeUnavailableException away) {
      LOG.warn("Stripe's events wait to be read on from {}: {}", readTo, away.getMessage());
    }
    // A little less, for the instance that comes next comes after the whole interval.
    remember(readTo, interval.multipliedBy(9).dividedBy(10));
  }

  /** Whether none of them is lost when it is not read again. */
  private boolean takeAll(EventPage page) {
    boolean all = true;
    for (StripeEvent event : page.events()) {
      all &= take(event);
    }
    return all;
  }

  private boolean take(StripeEvent event) {
    Exchange taken =
        routes.send("direct:take-fetched-event", exchange -> exchange.getMessage().setBody(event));
    if (taken.getException() == null) {
      return true;
    }
    LOG.error(
        "Stripe's event {} ({}) can be neither taken nor kept, an operator is needed: {}",
        event.eventId(),
        event.type(),
        FailureText.of(taken.getException()));
    return false;
  }

  private void remember(Instant readTo, Duration pause) {
    routes.sendBody(
        "direct:remember-event-sweep",
        Map.of("readTo", Timestamp.from(readTo), "pauseMillis", pause.toMillis()));
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private static Instant instant(Object timestamp) {
    return ((Timestamp) timestamp).toInstant();
  }
}
