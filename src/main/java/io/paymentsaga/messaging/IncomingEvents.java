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
import org.apache.camel.util.ObjectHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.ConcurrencyFailureException;

/** What the consumer routes do with a record before and after its effect. */
public final class IncomingEvents {
  private static final Logger log = LoggerFactory.getLogger(IncomingEvents.class);
  private static final Pattern TRACEPARENT =
      Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private static final byte[] NOTHING = {};

  private final EventCatalogue catalogue = EventCatalogue.ofThisVersion();
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
   * Reads {@code order.created}, {@code order.cancelled} or another event about an order; it
   * becomes the body. When it breaks its schema, {@link #checkSchema} refuses it.
   *
   * @throws RefusedMessageException no JSON object
   */
  public IncomingEvent readOrderEvent(Exchange exchange) {
    return read(IncomingRecord.keep(exchange));
  }

  /**
   * Reads a command, or one of this service's own messages on the commands' topic; it becomes the
   * body. When it breaks its schema, {@link #checkSchema} refuses it: by then it is known to be a
   * command, which is to be answered all the same.
   *
   * @throws RefusedMessageException no JSON object
   */
  public IncomingEvent readCommand(Exchange exchange) {
    return read(IncomingRecord.keep(exchange));
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
    Exception failure = send("direct:take-event", exchange);
    if (failure != null) {
      throw failure;
    }
  }

  /**
   * Answers a command that was put aside, through the route {@code refuse-command}. An answer that
   * fails for good is given up and holds up nothing: it is logged, and the command stands among the
   * dead letters.
   *
   * @throws Exception the database was away, or another transaction in the way: the command is to
   *     be read again, and answered then
   */
  public void answerRefused(Exchange exchange) throws Exception {
    Exception failure = send("direct:refuse-command", exchange);
    if (failure == null) {
      return;
    }
    if (DatabaseAway.isBehind(failure)
        || ObjectHelper.getException(ConcurrencyFailureException.class, failure) != null) {
      throw failure;
    }
    log.error(
        "a refused command is not answered: eventId={} topic={} error={}",
        identify(IncomingRecord.of(exchange)),
        IncomingRecord.of(exchange).origin().topic(),
        MessageFailure.of(failure).error());
  }

  /** Runs a route on an exchange of its own; null when it did not fail. */
  private Exception send(String route, Exchange exchange) {
    Exchange own = ExchangeHelper.createCorrelatedCopy(exchange, false);
    template.send(route, own);
    return own.getException();
  }

  /**
   * Lets an event pass that keeps to its schema.
   *
   * @throws RefusedMessageException it does not
   */
  public void checkSchema(Exchange exchange) {
    String faults = IncomingRecord.of(exchange).faults();
    if (!faults.isEmpty()) {
      throw new RefusedMessageException("schema-violation", faults);
    }
  }

  /**
   * Looks twice at an event that is said to have had its effect, or to have been discarded.
   *
   * @param takenFrom who sent the one that was, null when that is not known
   * @throws RefusedMessageException it is another service's event under the same id
   */
  public void checkSender(@Body IncomingEvent event, @Header("takenFrom") String takenFrom) {
    if (takenFrom != null && event.service() != null && !takenFrom.equals(event.service())) {
      throw new RefusedMessageException(
          "event-id-taken",
          "an event of " + takenFrom + " was taken or discarded under this eventId");
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
    String topic = record.origin().topic().substring(prefix.length());
    JsonNode root = parse(record.value());
    record.keepFaults(catalogue.faultsOfMessage(topic, root));
    JsonNode data = root.has("data") ? root.path("data") : root;
    if (!data.isObject()) {
      throw new RefusedMessageException("schema-violation", record.faults());
    }
    JsonNode metadata = root.path("metadata");
    return new IncomingEvent(
        eventId(root, record),
        firstNonNull(text(root, "eventType"), topic),
        record.keyText(),
        text(root, "service"),
        data,
        firstNonNull(
            text(metadata, "correlationId"),
            text(root, "correlationId"),
            IncomingText.name(record.header("correlationId"))),
        text(metadata, "causationId"),
        text(metadata, "userId"),
        traceparent(record.header("traceparent")),
        record.origin());
  }

  private static JsonNode parse(byte[] value) {
    try {
      JsonNode root = JSON.readTree(value == null ? NOTHING : value);
      if (root.isMissingNode()) {
        throw new RefusedMessageException("not-json", "the value is empty");
      }
      return root;
    } catch (JsonProcessingException e) {
      throw new RefusedMessageException("not-json", "the value is not JSON");
    } catch (IOException e) {
      throw new RefusedMessageException("not-json", "the value is not UTF-8 text");
    }
  }

  private static String eventId(JsonNode root, IncomingRecord record) {
    return firstNonNull(
        text(root, "eventId"), IncomingText.name(record.header("ce_id")), record.position());
  }

  /** The id of the event in a record, be it ever so unreadable otherwise. */
  static String identify(IncomingRecord record) {
    return eventId(readable(record), record);
  }

  /** Who sent the event in a record; null when it does not say, or cannot be read. */
  static String sender(IncomingRecord record) {
    return text(readable(record), "service");
  }

  private static JsonNode readable(IncomingRecord record) {
    try {
      return parse(record.value());
    } catch (RefusedMessageException unreadable) {
      return MissingNode.getInstance();
    }
  }

  private static String traceparent(String header) {
    return header != null && TRACEPARENT.matcher(header).matches() ? header : null;
  }

  /** A field that is fit for a log line and a key, null when it is not or is absent. */
  private static String text(JsonNode parent, String field) {
    return IncomingText.name(parent.path(field).textValue());
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
