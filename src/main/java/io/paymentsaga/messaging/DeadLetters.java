package io.paymentsaga.messaging;

import static io.paymentsaga.messaging.MessagingSql.statement;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.support.service.ServiceSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * Puts a consumed message aside, so that its partition goes on: a row for the operator, and the
 * record as it was, with {@code dlt-*} headers, on the dead letters' topic. Written with Kafka's
 * own producer, as Camel's would lose a header that is repeated or that Camel filters.
 */
public final class DeadLetters extends ServiceSupport {
  private static final Logger log = LoggerFactory.getLogger(DeadLetters.class);
  private static final String INSERT = statement("insert-dead-letter");
  private static final int LONGEST_ERROR = 300;
  private static final JsonMapper JSON = new JsonMapper();

  private final KafkaClients clients;
  private final NamedParameterJdbcTemplate jdbc;
  private final String topic;
  private KafkaProducer<byte[], byte[]> producer;

  /**
   * @param prefix before every topic's name, may be empty
   */
  public DeadLetters(CamelContext context, DataSource dataSource, String brokers, String prefix) {
    this.clients = new KafkaClients(context, brokers);
    this.jdbc = new NamedParameterJdbcTemplate(dataSource);
    this.topic = prefix + KafkaTopics.DEAD_LETTERS;
  }

  /**
   * Keeps the record this exchange began with. When it returns, the row is committed and Kafka has
   * acknowledged the record; called again for the same record it adds no second row, but may repeat
   * the record.
   *
   * @throws RuntimeException the dead letter is not safe; the message must be read again
   */
  public void keep(Exchange exchange) {
    IncomingRecord record = IncomingRecord.of(exchange);
    Throwable failure = decisive(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class));
    String reason =
        failure instanceof RefusedMessageException refused ? refused.reason() : "attempts-used-up";
    String error = describe(failure);
    int attempts = record.attempts();
    String eventId =
        exchange.getMessage().getBody() instanceof IncomingEvent event ? event.eventId() : null;

    insert(record, eventId, reason, error, attempts);
    send(record, reason, error, attempts);
    log.warn(
        "dead letter: topic={} partition={} offset={} eventId={} reason={} attempts={} error={}",
        record.origin().topic(),
        record.origin().partition(),
        record.origin().offset(),
        eventId,
        reason,
        attempts,
        error);
  }

  @Override
  protected void doStop() {
    closeProducer();
  }

  private void insert(
      IncomingRecord record, String eventId, String reason, String error, int attempts) {
    jdbc.update(
        INSERT,
        new MapSqlParameterSource()
            .addValue("topic", record.origin().topic())
            .addValue("partition", record.origin().partition())
            .addValue("offset", record.origin().offset())
            .addValue("key", record.key())
            .addValue("value", record.value())
            .addValue("headers", json(record.headers()))
            .addValue("eventId", eventId)
            .addValue("reason", reason)
            .addValue("error", error)
            .addValue("attempts", attempts));
  }

  private void send(IncomingRecord record, String reason, String error, int attempts) {
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>(topic, null, record.key(), record.value(), record.headers());
    add(letter, "dlt-reason", reason);
    add(letter, "dlt-error", error);
    add(letter, "dlt-original-topic", record.origin().topic());
    add(letter, "dlt-original-partition", String.valueOf(record.origin().partition()));
    add(letter, "dlt-original-offset", String.valueOf(record.origin().offset()));
    add(letter, "dlt-attempts", String.valueOf(attempts));
    try {
      producer().send(letter).get();
    } catch (ExecutionException e) {
      throw new KafkaException("the dead letter was not acknowledged", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted before the dead letter was acknowledged", e);
    }
  }

  private static void add(ProducerRecord<byte[], byte[]> letter, String name, String value) {
    letter.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  private static String json(Headers headers) {
    ArrayNode all = JSON.createArrayNode();
    for (Header header : headers) {
      all.addObject().put("key", header.key()).put("value", header.value());
    }
    return all.toString();
  }

  /** The refusal if there is one, else the innermost cause; what is around them only says where. */
  private static Throwable decisive(Throwable failure) {
    Throwable cause = failure;
    while (!(cause instanceof RefusedMessageException) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  private static String describe(Throwable failure) {
    String message = String.valueOf(failure.getMessage()).replaceAll("\\p{Cntrl}+", " ");
    String text =
        failure instanceof RefusedMessageException
            ? message
            : failure.getClass().getSimpleName() + ": " + message;
    return text.length() <= LONGEST_ERROR ? text : text.substring(0, LONGEST_ERROR);
  }

  private synchronized KafkaProducer<byte[], byte[]> producer() {
    if (producer == null) {
      producer = clients.bytesProducer();
    }
    return producer;
  }

  private synchronized void closeProducer() {
    if (producer != null) {
      producer.close(Duration.ofSeconds(2));
      producer = null;
    }
  }
}
