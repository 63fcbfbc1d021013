package io.paymentsaga.messaging;

import static io.paymentsaga.messaging.MessagingSql.statement;

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
    MessageFailure failure =
        MessageFailure.of(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class));
    String eventId = IncomingEvents.identify(record);
    insert(record, eventId, failure);
    send(record, failure);
    log.warn(
        "dead letter: topic={} partition={} offset={} eventId={} reason={} attempts={} error={}",
        record.origin().topic(),
        record.origin().partition(),
        record.origin().offset(),
        eventId,
        failure.reason(),
        record.attempts(),
        failure.error());
  }

  @Override
  protected void doStop() {
    closeProducer();
  }

  private void insert(IncomingRecord record, String eventId, MessageFailure failure) {
    jdbc.update(
        INSERT,
        new MapSqlParameterSource()
            .addValue("topic", record.origin().topic())
            .addValue("partition", record.origin().partition())
            .addValue("offset", record.origin().offset())
            .addValue("timestamp", record.timestamp())
            .addValue("key", record.key())
            .addValue("value", record.value())
            .addValue("headers", KeptHeaders.write(record.headers()))
            .addValue("eventId", eventId)
            .addValue("reason", failure.reason())
            .addValue("error", failure.error())
            .addValue("attempts", record.attempts()));
  }

  private void send(IncomingRecord record, MessageFailure failure) {
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>(topic, null, record.key(), record.value(), record.headers());
    add(letter, "dlt-reason", failure.reason());
    add(letter, "dlt-error", failure.error());
    add(letter, "dlt-original-topic", record.origin().topic());
    add(letter, "dlt-original-partition", String.valueOf(record.origin().partition()));
    add(letter, "dlt-original-offset", String.valueOf(record.origin().offset()));
    add(letter, "dlt-attempts", String.valueOf(record.attempts()));
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
