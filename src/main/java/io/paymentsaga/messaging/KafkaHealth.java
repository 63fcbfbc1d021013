package io.paymentsaga.messaging;

/**
 * What was last seen of the Kafka cluster.
 *
 * @param status {@code healthy} or {@code unhealthy}
 * @param brokers how many brokers answered for; none when unhealthy
 */
public record KafkaHealth(String status, int brokers) {
  static final KafkaHealth UNHEALTHY = new KafkaHealth("unhealthy", 0);

  static KafkaHealth of(int brokers) {
    return brokers > 0 ? new KafkaHealth("healthy", brokers) : UNHEALTHY;
  }

  public boolean healthy() {
    return brokers > 0;
  }
}
