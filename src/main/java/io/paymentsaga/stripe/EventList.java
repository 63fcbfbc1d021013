package io.paymentsaga.stripe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.stripe.exception.StripeException;
import com.stripe.param.EventListParams;
import com.stripe.service.EventService;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Stripe's list of events, fetched page by page while it is read: the newest page first, the oldest
 * event of a page first. Read from the raw JSON as a webhook is: the SDK's own objects are empty
 * where the API version is another.
 */
final class EventList implements Iterator<StripeEvent> {
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

  private final EventService events;
  private final Instant since;
  private final boolean undeliveredOnly;
  private final ObjectMapper json = new ObjectMapper();
  private final Deque<StripeEvent> page = new ArrayDeque<>();
  private String last;
  private boolean more = true;

  EventList(EventService events, Instant since, boolean undeliveredOnly) {
    this.events = events;
    this.since = since;
    this.undeliveredOnly = undeliveredOnly;
  }

  /**
   * Whether there is another.
   *
   * @throws StripeUnavailableException when Stripe does not say
   */
  @Override
  public boolean hasNext() {
    while (page.isEmpty() && more) {
      fetch();
    }
    return !page.isEmpty();
  }

  @Override
  public StripeEvent next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return page.remove();
  }

  private void fetch() {
    JsonNode list = read(list());
    for (JsonNode event : list.path("data")) {
      last = event.path("id").textValue();
      page.addFirst(StripeEvent.read(event, event.toString()));
    }
    more = list.path("has_more").booleanValue();
  }

  private String list() {
    EventListParams.Builder listed =
        EventListParams.builder()
            .addAllType(TYPES)
            .setCreated(EventListParams.Created.builder().setGte(since.getEpochSecond()).build())
            .setLimit(PAGE)
            .setStartingAfter(last);
    if (undeliveredOnly) {
      listed.setDeliverySuccess(false);
    }
    try {
      return events.list(listed.build()).getLastResponse().body();
    } catch (StripeException failure) {
      throw StripeUnavailableException.of(StripeErrors.outcome(failure));
    }
  }

  private JsonNode read(String body) {
    try {
      return json.readTree(body);
    } catch (JsonProcessingException cutOff) {
      throw new IllegalStateException("Stripe's list of events is not JSON", cutOff);
    }
  }
}
