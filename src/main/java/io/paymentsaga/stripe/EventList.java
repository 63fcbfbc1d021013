package io.paymentsaga.stripe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.stripe.exception.StripeException;
import com.stripe.param.EventListParams;
import com.stripe.service.EventService;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stripe's list of events, fetched page by page while it is read, oldest page first. Stripe lists
 * the newest first, so it is asked for stretches of time so short that a page holds all of one;
 * within a second that has more, its pages come newest first. The last stretch has no end.
 *
 * <p>Read from the raw JSON as a webhook is: the SDK's own objects are empty where the API version
 * is another.
 */
final class EventList implements Iterator<EventPage> {
  private static final Logger LOG = LoggerFactory.getLogger(EventList.class);

  /** Those that say something; Stripe takes twenty at the most. */
  private static final List<String> TYPES =
      List.of(
          "checkout.session.completed",
          "checkout.session.async_payment_succeeded",
          "checkout.session.async_payment_failed",
          "checkout.session.expired",
          "payment_intent.processing",
          "payment_intent.succeeded",
          "payment_intent.payment_failed",
          "payment_intent.canceled",
          "charge.succeeded",
          "refund.created",
          "refund.updated",
          "refund.failed",
          "charge.refund.updated",
          "charge.dispute.created",
          "charge.dispute.updated",
          "charge.dispute.closed");

  private static final long PAGE = 100;
  private static final Duration SHORTEST = Duration.ofSeconds(1);

  private final EventService events;
  private final Instant to;
  private final boolean undeliveredOnly;
  private final ObjectMapper json = new ObjectMapper();
  private Instant from;
  private Duration stretch;
  private String last;

  /**
   * @param from events created before are left out
   * @param to from here on the list is read to whatever end it has
   */
  EventList(EventService events, Instant from, Instant to, boolean undeliveredOnly) {
    this.events = events;
    this.from = from.truncatedTo(ChronoUnit.SECONDS);
    this.to = to.truncatedTo(ChronoUnit.SECONDS).plus(SHORTEST);
    this.undeliveredOnly = undeliveredOnly;
    this.stretch = Duration.between(this.from, this.to);
  }

  @Override
  public boolean hasNext() {
    return from.isBefore(to);
  }

  /**
   * The next page, which may be empty.
   *
   * @throws StripeUnavailableException when Stripe does not say
   */
  @Override
  public EventPage next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    JsonNode list = fetch();
    while (hasMore(list) && last == null && stretch.compareTo(SHORTEST) > 0) {
      stretch = Duration.ofSeconds(stretch.toSeconds() / 2);
      list = fetch();
    }
    Instant begin = from;
    List<StripeEvent> page = read(list);
    if (!hasMore(list)) {
      from = end();
      last = null;
      stretch = stretch.multipliedBy(2);
    }
    return new EventPage(begin, from, page);
  }

  private Instant end() {
    Instant end = from.plus(stretch);
    return end.isBefore(to) ? end : to;
  }

  private static boolean hasMore(JsonNode list) {
    return list.path("has_more").booleanValue();
  }

  private List<StripeEvent> read(JsonNode list) {
    Deque<StripeEvent> page = new ArrayDeque<>();
    for (JsonNode event : list.path("data")) {
      last = event.path("id").textValue();
      try {
        page.addFirst(StripeEvent.read(event, event.toString()));
      } catch (WebhookRejectedException unreadable) {
        LOG.error("Stripe lists what is no event, an operator is needed: {}", last);
      }
    }
    return List.copyOf(page);
  }

  private JsonNode fetch() {
    EventListParams.Created.Builder created =
        EventListParams.Created.builder().setGte(from.getEpochSecond());
    if (end().isBefore(to)) {
      created.setLt(end().getEpochSecond());
    }
    EventListParams.Builder listed =
        EventListParams.builder()
            .addAllType(TYPES)
            .setCreated(created.build())
            .setLimit(PAGE)
            .setStartingAfter(last);
    if (undeliveredOnly) {
      listed.setDeliverySuccess(false);
    }
    try {
      return json.readTree(events.list(listed.build()).getLastResponse().body());
    } catch (StripeException failure) {
      throw StripeUnavailableException.of(StripeErrors.outcome(failure));
    } catch (JsonProcessingException cutOff) {
      throw new IllegalStateException("Stripe's list of events is not JSON", cutOff);
    }
  }
}
