package io.paymentsaga.messaging;

import io.paymentsaga.messaging.IncomingEvent.Origin;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.ExchangeHelper;

/**
 * What an operator's replay does with a dead letter: the kept record goes through the routes that
 * consume it, at its old position, and not through Kafka again. So it is the same event, whether it
 * brings an id or not; its effect and its new status are one transaction; and no other reader of
 * the topic sees it twice.
 */
public final class DeadLetterReplays {
  private final ProducerTemplate template;

  public DeadLetterReplays(CamelContext context) {
    this.template = context.createProducerTemplate();
  }

  /**
   * Tries once to give the message its effect, through the route {@code take-dead-letter}. When it
   * fails, nothing of it is left in the database.
   *
   * @return what it failed with; null when it had its effect, or had nothing to wait for
   * @throws Exception the database is away, which says nothing about the message
   */
  public MessageFailure attempt(Exchange exchange) throws Exception {
    Exchange attempt = ExchangeHelper.createCorrelatedCopy(exchange, false);
    template.send("direct:take-dead-letter", attempt);
    Exception failure = attempt.getException();
    if (failure != null && DatabaseAway.isBehind(failure)) {
      throw failure;
    }
    return failure == null ? null : MessageFailure.of(failure);
  }

  /** Makes the exchange what the consumer's was when it had just read the record. */
  public void restore(@Body Map<String, Object> row, Exchange exchange) {
    Origin origin =
        new Origin(
            (String) row.get("topic"), (Integer) row.get("partition"), (Long) row.get("offset"));
    IncomingRecord.write(
        exchange.getMessage(),
        origin,
        (Long) row.get("kafka_timestamp"),
        (byte[]) row.get("key"),
        (byte[]) row.get("value"),
        KeptHeaders.restore((String) row.get("headers")));
  }
}
