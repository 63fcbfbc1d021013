package io.paymentsaga.messaging;

import io.paymentsaga.route.OneTransaction;
import java.time.Duration;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** The consumers of one instance of the service: its routes for Kafka, and effects a test gives. */
final class Consumers implements AutoCloseable {
  /** How often they try a message. */
  static final int ATTEMPTS = 4;

  private final CamelContext context;
  private final KafkaTopics topics;

  private Consumers(CamelContext context, KafkaTopics topics) {
    this.context = context;
    this.topics = topics;
  }

  static Consumers start(
      DataSource dataSource, String brokers, String prefix, RoutesBuilder effects)
      throws Exception {
    CamelContext context = RouteFiles.context(brokers, prefix);
    var beans = context.getRegistry();
    beans.bind("dataSource", dataSource);
    beans.bind("oneTransaction", new OneTransaction(new JdbcTransactionManager(dataSource)));
    beans.bind("incomingEvents", new IncomingEvents(context, prefix));
    beans.bind("incomingRetries", new IncomingRetries(ATTEMPTS, Duration.ofMillis(50)));
    beans.bind("databaseAway", new DatabaseAway());
    DeadLetters deadLetters = new DeadLetters(context, dataSource, brokers, prefix);
    beans.bind("deadLetters", deadLetters);
    KafkaTopics topics = new KafkaTopics(context, brokers, prefix, 3, -1);
    context.addService(deadLetters);
    context.addService(topics);
    context.addRoutes(effects);
    RouteFiles.load(context, "kafka-in");
    context.start();
    return new Consumers(context, topics);
  }

  boolean topicsPresent() {
    return topics.sight().equals(MessagingEnvironment.ALL_THERE);
  }

  /** From now on a topic that goes is not made again. */
  void stopWatchingTopics() {
    topics.stop();
  }

  @Override
  public void close() {
    context.stop();
  }
}
