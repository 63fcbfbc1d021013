package io.paymentsaga.messaging;

import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * An event that Kafka did not take.
 *
 * @param cause what the producer says
 */
record Refusal(OutboxEvent event, Exception cause) {
  /** Whether the way to Kafka is closed, or a part of it: every event might fail like this. */
  boolean isOfTheWay() {
    return passes(cause) && !isOfTheTopic();
  }

  /** Whether Kafka has answered that it takes nothing on the event's topic. */
  boolean isOfTheTopic() {
    return cause instanceof AuthorizationException
        || cause instanceof UnknownTopicOrPartitionException
        || cause.getCause() instanceof UnknownTopicOrPartitionException;
  }

  /** Whether nothing is wrong with the event itself. */
  static boolean passes(Throwable cause) {
    return cause instanceof RetriableException || cause instanceof AuthenticationException;
  }
}
