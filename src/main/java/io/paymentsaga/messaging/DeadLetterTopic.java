package io.paymentsaga.messaging;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topic that gets a copy of each dead letter. Written with Kafka's own producer, as Camel's
 * would lose a header that is repeated or that Camel filters.
 */
final class DeadLetterTopic {
  private static final Logger log = LoggerFactory.getLogger(DeadLetterTopic.class);

  private final KafkaClients clients;
  private final String topic;
  private Counter unsent = counter(new SimpleMeterRegistry());
  private KafkaProducer<byte[], byte[]> producer;

  DeadLetterTopic(KafkaClients clients, String topic) {
    this.clients = clients;
    this.topic = topic;
  }

  void countIn(MeterRegistry registry) {
    unsent = counter(registry);
  }

  /** Dead letters Kafka would not take. */
  private static Counter counter(MeterRegistry registry) {
    return registry.counter("dead.letters.unsent");
  }

  /**
   * Sends the record as it was, with {@code dlt-*} headers; without its value where that is too
   * large. When it returns, Kafka has acknowledged the copy or has refused it for good, which is
   * logged and counted; the table has the message in either case.
   *
   * @throws KafkaException Kafka did not answer; it may have the copy, or not
   */
  void send(IncomingRecord record, MessageFailure failure) {
    Optional<ApiException> refusal = deliver(letter(record, record.value(), failure));
    if (refusal.filter(RecordTooLargeException.class::isInstance).isPresent()) {
      ProducerRecord<byte[], byte[]> rest = letter(record, null, failure);
      add(rest, "dlt-value", "omitted");
      refusal = deliver(rest);
    }
    refusal.ifPresent(cause -> tell(record, cause));
  }

  private void tell(IncomingRecord record, ApiException refusal) {
    unsent.increment();
    log.error(
        "dead letter stands in the table only, Kafka refused it for {}: topic={} partition={}"
            + " offset={} error={}",
        topic,
        record.origin().topic(),
        record.origin().partition(),
        record.origin().offset(),
        MessageFailure.of(refusal).error());
  }

  private ProducerRecord<byte[], byte[]> letter(
      IncomingRecord record, byte[] value, MessageFailure failure) {
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>(topic, null, record.key(), value, record.headers());
    add(letter, "dlt-reason", failure.reason());
    add(letter, "dlt-error", failure.error());
    add(letter, "dlt-original-topic", record.origin().topic());
    add(letter, "dlt-original-partition", String.valueOf(record.origin().partition()));
    add(letter, "dlt-original-offset", String.valueOf(record.origin().offset()));
    add(letter, "dlt-attempts", String.valueOf(record.attempts()));
    return letter;
  }

  private static void add(ProducerRecord<byte[], byte[]> letter, String name, String value) {
    letter.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  /** Empty when Kafka has it, else why Kafka will never have it. */
  private Optional<ApiException> deliver(ProducerRecord<byte[], byte[]> letter) {
    try {
      producer().send(letter).get();
      return Optional.empty();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ApiException refusal && isForGood(refusal)) {
        return Optional.of(refusal);
      }
      throw new KafkaException("the dead letter was not acknowledged", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted before the dead letter was acknowledged", e);
    }
  }

  /**
   * A broker that is away may come back, and a password may be mended, without which nothing is
   * read either. Where the producer waited in vain for a topic, it tells a broker that knows of no
   * such topic from one that said nothing by the cause of its timeout.
   */
  static boolean isForGood(ApiException refusal) {
    return refusal.getCause() instanceof UnknownTopicOrPartitionException
        || !(refusal instanceof RetriableException || refusal instanceof AuthenticationException);
  }

  private synchronized KafkaProducer<byte[], byte[]> producer() {
    if (producer == null) {
      producer = clients.bytesProducer();
    }
    return producer;
  }

  synchronized void close() {
    if (producer != null) {
      producer.close(Duration.ofSeconds(2));
      producer = null;
    }
  }
}
