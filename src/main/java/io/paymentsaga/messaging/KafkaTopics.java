package io.paymentsaga.messaging;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.support.service.ServiceSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the Kafka cluster from a thread of its own: creates the service's topics when they are
 * missing, as soon as a broker is there and again after each time it was away, and keeps what
 * {@link #health()} tells. Neither starting it nor asking it waits for Kafka. Existing topics are
 * left as they are; where they differ from what it would have created, it says so once.
 */
public final class KafkaTopics extends ServiceSupport {
  static final String DEAD_LETTERS = "payment-service.dead-letter";

  private static final Logger log = LoggerFactory.getLogger(KafkaTopics.class);
  private static final int PERIOD_SECONDS = 2;

  /** Once a minute, as somebody may change a topic at any time. */
  private static final int LOOKS_BETWEEN_CHECKS = 30;

  private static final int TIMEOUT_MILLIS = 1500;

  private final CamelContext context;
  private final KafkaClients clients;
  private final String prefix;
  private final int partitions;
  private final short replication;

  private ScheduledExecutorService thread;
  private volatile Admin admin;
  private boolean troubleLogged;
  private boolean topicsChecked;
  private boolean configurationHidden;
  private int looks;
  private volatile boolean present;
  private volatile KafkaHealth health = KafkaHealth.UNHEALTHY;
  private volatile Set<TopicDrift> drift = Set.of();

  /**
   * @param prefix before every topic's name, may be empty
   * @param partitions of a topic it creates
   * @param replication of a topic it creates; -1 leaves it to the broker
   */
  public KafkaTopics(
      CamelContext context, String brokers, String prefix, int partitions, int replication) {
    this.context = context;
    this.clients = new KafkaClients(context, brokers);
    this.prefix = prefix;
    this.partitions = partitions;
    this.replication = (short) replication;
  }

  /** Every topic it watches, without the prefix. */
  public static List<String> names() {
    return EventCatalogue.topics();
  }

  /** How many settings of a topic, named without the prefix, were other than expected. */
  public long drift(String name) {
    return drift.stream().filter(each -> each.topic().equals(prefix + name)).count();
  }

  /** Whether every topic has been seen since the start. */
  public boolean present() {
    return present;
  }

  /** The cluster as it was at most a few seconds ago; unhealthy until it was seen. */
  public KafkaHealth health() {
    return health;
  }

  @Override
  protected void doStart() {
    thread =
        context.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "kafka-topics");
    var unused = thread.scheduleWithFixedDelay(this::look, 0, PERIOD_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  protected void doStop() {
    context.getExecutorServiceManager().shutdownNow(thread);
    Admin open = admin;
    if (open != null) {
      open.close(Duration.ofSeconds(1));
      admin = null;
    }
    health = KafkaHealth.UNHEALTHY;
  }

  private void look() {
    try {
      lookForBrokers();
      if (health.healthy() && !topicsChecked) {
        createMissingTopics();
        looks = 0;
      }
      if (health.healthy() && topicsChecked && looks++ % LOOKS_BETWEEN_CHECKS == 0) {
        checkTopics();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void lookForBrokers() throws InterruptedException {
    try {
      if (admin == null) {
        admin = clients.admin(TIMEOUT_MILLIS);
      }
      health = KafkaHealth.of(admin.describeCluster().nodes().get().size());
    } catch (ExecutionException | KafkaException e) {
      health = KafkaHealth.UNHEALTHY;
      topicsChecked = false;
      warnOnce("Kafka is away, events wait in the outbox until it is there", e);
    }
  }

  private void createMissingTopics() throws InterruptedException {
    Set<String> missing = topics();
    try {
      missing.removeAll(admin.listTopics().names().get());
      admin.createTopics(missing.stream().map(this::topic).toList()).all().get();
      topicsChecked = true;
      present = true;
      troubleLogged = false;
      log.info(
          "Kafka is there, topics created: {}",
          missing.isEmpty() ? "none, all are there" : missing);
    } catch (ExecutionException e) {
      // Another instance was quicker: the next look sees its topics.
      if (!(e.getCause() instanceof TopicExistsException)) {
        warnOnce("Kafka topics could not be created, trying again", e);
      }
    }
  }

  private Set<String> topics() {
    return names().stream()
        .map(name -> prefix + name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void checkTopics() throws InterruptedException {
    try {
      Set<TopicDrift> found = new LinkedHashSet<>();
      admin
          .describeTopics(topics())
          .allTopicNames()
          .get()
          .values()
          .forEach(topic -> found.addAll(TopicDrift.of(topic, partitions, replication)));
      found.addAll(configurationDrift());
      found.stream().filter(each -> !drift.contains(each)).forEach(KafkaTopics::report);
      drift = Set.copyOf(found);
    } catch (ExecutionException e) {
      // One that was deleted meanwhile is made again by the next look.
      topicsChecked = !(e.getCause() instanceof UnknownTopicOrPartitionException);
      log.warn("Kafka topics could not be checked: {}", e.getMessage());
    }
  }

  private static void report(TopicDrift drift) {
    log.warn(
        "Kafka topic {} is left as it is: {} is {}, expected {}",
        drift.topic(),
        drift.setting(),
        drift.actual(),
        drift.expected());
  }

  private List<TopicDrift> configurationDrift() throws ExecutionException, InterruptedException {
    List<ConfigResource> resources =
        topics().stream().map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name)).toList();
    try {
      return admin.describeConfigs(resources).all().get().entrySet().stream()
          .flatMap(topic -> TopicDrift.of(topic.getKey().name(), topic.getValue()).stream())
          .toList();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof AuthorizationException)) {
        throw e;
      }
      if (!configurationHidden) {
        log.info("Kafka does not let this service see its topics' configuration");
        configurationHidden = true;
      }
      return List.of();
    }
  }

  private NewTopic topic(String name) {
    return new NewTopic(name, partitions, replication);
  }

  private void warnOnce(String trouble, Exception e) {
    if (!troubleLogged) {
      log.warn("{}: {}", trouble, e.getMessage());
      troubleLogged = true;
    }
  }
}
