package io.paymentsaga.messaging;

import static io.paymentsaga.messaging.MessagingSql.statement;

import io.micrometer.core.instrument.MeterRegistry;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * Puts a consumed message aside, so that its partition goes on: a row for the operator, which has
 * all of it, and a copy on the dead letters' topic.
 */
public final class DeadLetters extends ServiceSupport {
  private static final Logger log = LoggerFactory.getLogger(DeadLetters.class);
  private static final String INSERT = statement("insert-dead-letter");

  private final NamedParameterJdbcTemplate jdbc;
  private final DeadLetterTopic topic;

  /**
   * @param prefix before every topic's name, may be empty
   */
  public DeadLetters(CamelContext context, DataSource dataSource, String brokers, String prefix) {
    this.jdbc = new NamedParameterJdbcTemplate(dataSource);
    this.topic =
        new DeadLetterTopic(new KafkaClients(context, brokers), prefix + KafkaTopics.DEAD_LETTERS);
  }

  /** Counts the dead letters of which the topic has no copy. */
  public void countIn(MeterRegistry registry) {
    topic.countIn(registry);
  }

  /**
   * Keeps the record this exchange began with. When it returns, the row is committed and Kafka has
   * acknowledged the copy or refused it for good; called again for the same record it adds no
   * second row, but may repeat the copy.
   *
   * @throws RuntimeException the dead letter is not safe; the message must be read again
   */
  public void keep(Exchange exchange) {
    IncomingRecord record = IncomingRecord.of(exchange);
    MessageFailure failure =
        MessageFailure.of(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class));
    String eventId = IncomingEvents.identify(record);
    insert(record, eventId, failure);
    topic.send(record, failure);
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
    topic.close();
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
            .addValue("service", IncomingEvents.sender(record))
            .addValue("reason", failure.reason())
            .addValue("error", failure.error())
            .addValue("attempts", record.attempts()));
  }
}
