package io.paymentsaga.messaging;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.regex.Pattern;
import org.apache.camel.Body;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.ExchangeHelper;

/** What the consumer routes do with a record before and after its effect. */
public final class IncomingEvents {
  private static final int LONGEST_ID = 255;
  private static final Pattern TRACEPARENT =
      Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private final ProducerTemplate template;
  private final String prefix;

  /**
   * @param prefix before every topic's name, may be empty
   */
  public IncomingEvents(CamelContext context, String prefix) {
    this.template = context.createProducerTemplate();
    this.prefix = prefix;
  }

  /**
   * Reads {@code order.created} and {@code order.cancelled}; the event becomes the body.
   *
   * @throws RefusedMessageException not JSON, malformed, or without {@code orderId}
   */
  public IncomingEvent readOrderEvent(Exchange exchange) {
    IncomingEvent event = read(IncomingRecord.keep(exchange));
    if (id(event.data(), "orderId") == null) {
      throw new RefusedMessageException("missing-order-id", "the event has no orderId");
    }
    return event;
  }

  /**
   * Reads a command, or one of this service's own messages on the commands' topic; it becomes the
   * body.
   *
   * @throws RefusedMessageException not JSON, malformed, without {@code action}, or with neither
   *     {@code paymentId} nor {@code orderId}
   */
  public IncomingEvent readCommand(Exchange exchange) {
    IncomingEvent event = read(IncomingRecord.keep(exchange));
    if (!event.own()) {
      requireCommand(event.data());
    }
    return event;
  }

  private static void requireCommand(JsonNode data) {
    if (id(data, "action") == null) {
      throw new RefusedMessageException("missing-action", "the command has no action");
    }
    if (id(data, "paymentId") == null && id(data, "orderId") == null) {
      throw new RefusedMessageException(
          "missing-payment", "the command has neither paymentId nor orderId");
    }
  }

  /**
   * Tries once to give the event its effect, the route in the variable {@code effect}, through the
   * route {@code take-event}. On an exchange of its own: an error handler on the way marks the
   * exchange of a failed attempt as given up, and on the consumer's own exchange that would end the
   * retries.
   *
   * @throws Exception what the attempt failed with; nothing of it is left in the database
   */
  public void attempt(Exchange exchange) throws Exception {
    IncomingRecord.of(exchange).countAttempt();
    Exchange attempt = ExchangeHelper.createCorrelatedCopy(exchange, false);
    template.send("direct:take-event", attempt);
    if (attempt.getException() != null) {
      throw attempt.getException();
    }
  }

  /**
   * Looks twice at an event that is said to have had its effect.
   *
   * @param takenFrom who sent the one that had it, null when that is not known
   * @throws RefusedMessageException it is another service's event under the same id
   */
  public void checkSender(@Body IncomingEvent event, @Header("takenFrom") String takenFrom) {
    if (takenFrom != null && event.service() != null && !takenFrom.equals(event.service())) {
      throw new RefusedMessageException(
          "event-id-taken", "an event of " + takenFrom + " has had its effect under this eventId");
    }
  }

  /**
   * Refuses a record of a topic whose messages nobody here can read.
   *
   * @throws RefusedMessageException always
   */
  @SuppressWarnings("DoNotCallSuggester") // Called by its name, from a route.
  public void refuseTopic(Exchange exchange) {
    IncomingRecord.keep(exchange);
    throw new RefusedMessageException("unknown-topic", "no route reads messages of this topic");
  }

  /** Commits the record's offset; it is not read again, unless this fails. */
  public void commit(Exchange exchange) {
    IncomingRecord.of(exchange).commitOffset();
  }

  private IncomingEvent read(IncomingRecord record) {
    JsonNode root = parse(record.value());
    JsonNode data = root.path("data").isMissingNode() ? root : root.path("data");
    if (!data.isObject()) {
      throw new RefusedMessageException(
          "malformed", "the message is no JSON object, or its data is none");
    }
    JsonNode metadata = root.path("metadata");
    return new IncomingEvent(
        eventId(root, record),
        firstNonNull(id(root, "eventType"), bareTopic(record.origin().topic())),
        record.keyText(),
        id(root, "service"),
        data,
        firstNonNull(
            id(metadata, "correlationId"),
            id(root, "correlationId"),
            fit(record.header("correlationId"))),
        id(metadata, "causationId"),
        id(metadata, "userId"),
        traceparent(record.header("traceparent")),
        record.origin());
  }

  private static JsonNode parse(byte[] value) {
    try {
      return value == null ? MissingNode.getInstance() : JSON.readTree(value);
    } catch (JsonProcessingException e) {
      throw new RefusedMessageException("not-json", "the value is not JSON");
    } catch (IOException e) {
      throw new RefusedMessageException("not-json", "the value is not UTF-8 text");
    }
  }

  private static String eventId(JsonNode root, IncomingRecord record) {
    return firstNonNull(id(root, "eventId"), fit(record.header("ce_id")), record.position());
  }

  /** The id of the event in a record, be it ever so unreadable otherwise. */
  static String identify(IncomingRecord record) {
    try {
      return eventId(parse(record.value()), record);
    } catch (RefusedMessageException unreadable) {
      return eventId(MissingNode.getInstance(), record);
    }
  }

  private String bareTopic(String topic) {
    return topic.substring(prefix.length());
  }

  private static String traceparent(String header) {
    return header != null && TRACEPARENT.matcher(header).matches() ? header : null;
  }

  /** A field that can serve as an id, null when it is absent. */
  private static String id(JsonNode parent, String field) {
    JsonNode value = parent.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    String fit = value.isTextual() ? fit(value.textValue()) : null;
    if (fit == null) {
      throw new RefusedMessageException(
          "malformed",
          field
              + " is not a text of 1 to "
              + LONGEST_ID
              + " characters without control characters");
    }
    return fit;
  }

  private static String fit(String text) {
    boolean fits =
        text != null
            && !text.isBlank()
            && text.length() <= LONGEST_ID
            && text.chars().noneMatch(Character::isISOControl);
    return fits ? text : null;
  }

  private static String firstNonNull(String... candidates) {
    for (String candidate : candidates) {
      if (candidate != null) {
        return candidate;
      }
    }
    return null;
  }
}
