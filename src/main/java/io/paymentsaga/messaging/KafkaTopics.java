package io.paymentsaga.messaging;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.support.service.ServiceSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the Kafka cluster from a thread of its own: creates each of the service's topics that is
 * missing, and keeps what {@link #health()} and {@link #sight()} tell. Neither starting it nor
 * asking it waits for Kafka. Existing topics are left as they are; where they differ from what it
 * would have created, or cannot be created or seen, it says so once.
 */
public final class KafkaTopics extends ServiceSupport {
  static final String DEAD_LETTERS = "payment-service.dead-letter";

  private static final Logger log = LoggerFactory.getLogger(KafkaTopics.class);
  private static final int PERIOD_SECONDS = 2;

  /** Once a minute, as somebody may change a topic at any time. */
  private static final int LOOKS_BETWEEN_CHECKS = 30;

  private static final int TIMEOUT_MILLIS = 1500;

  /** One look may go wrong while all else goes well. */
  private static final int UNANSWERED_LOOKS = 2;

  private final CamelContext context;
  private final KafkaClients clients;
  private final String prefix;
  private final int partitions;
  private final short replication;

  private ScheduledExecutorService thread;
  private volatile Admin admin;
  private final Set<String> reported = new TreeSet<>();
  private boolean troubleLogged;
  private boolean configurationHidden;
  private int looksSinceCheck;
  private int unanswered;
  private volatile KafkaSight sight = KafkaSight.NONE;
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

  /**
   * How many settings of a topic, named without the prefix, were other than expected; 1 when it was
   * missing, or hidden from this service.
   */
  public long drift(String name) {
    String topic = prefix + name;
    return sight.missing().contains(topic)
        ? 1
        : drift.stream().filter(each -> each.topic().equals(topic)).count();
  }

  /**
   * The cluster and its topics as they were at most a few seconds ago. It answers from the first
   * look at its topics until two looks in turn got no answer.
   */
  public KafkaSight sight() {
    return sight;
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
    sight = KafkaSight.NONE;
  }

  /** Goes on whatever happens: a task that throws would not be run again. */
  private void look() {
    try {
      lookForBrokers();
      if (health.healthy()) {
        lookForTopics();
      } else {
        noAnswer();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | RuntimeException e) {
      noAnswer();
      warnOnce("Kafka topics could not be looked at, the watch goes on", e);
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
      warnOnce("Kafka is away, events wait in the outbox until it is there", e);
    }
  }

  private void noAnswer() {
    unanswered++;
    if (unanswered >= UNANSWERED_LOOKS) {
      sight = new KafkaSight(false, sight.missing());
    }
  }

  private void lookForTopics() throws ExecutionException, InterruptedException {
    Map<String, TopicDescription> seen = new TreeMap<>();
    Map<String, String> missing = new TreeMap<>();
    for (var topic : admin.describeTopics(topics()).topicNameValues().entrySet()) {
      try {
        seen.put(topic.getKey(), topic.getValue().get());
      } catch (ExecutionException e) {
        missing.put(topic.getKey(), whyMissing(e));
      }
    }
    create(missing);
    report(missing);
    boolean first = !sight.answers();
    sight = new KafkaSight(true, missing.keySet());
    unanswered = 0;
    troubleLogged = false;
    if (first) {
      log.info("Kafka is there, with {} of {} topics", seen.size(), topics().size());
      looksSinceCheck = 0;
    }
    if (looksSinceCheck++ % LOOKS_BETWEEN_CHECKS == 0) {
      check(seen);
    }
  }

  /**
   * @throws ExecutionException Kafka does not answer, which tells nothing of the topic
   */
  private static String whyMissing(ExecutionException e) throws ExecutionException {
    if (e.getCause() instanceof UnknownTopicOrPartitionException
        || e.getCause() instanceof AuthorizationException) {
      return e.getCause().getMessage();
    }
    throw e;
  }

  /** Takes those it has created from the missing ones, and tells for the others why not. */
  private void create(Map<String, String> missing) throws InterruptedException {
    if (missing.isEmpty()) {
      return;
    }
    List<NewTopic> wanted = missing.keySet().stream().map(this::topic).toList();
    for (var topic : admin.createTopics(wanted).values().entrySet()) {
      try {
        topic.getValue().get();
        missing.remove(topic.getKey());
        log.info("Kafka topic {} created", topic.getKey());
      } catch (ExecutionException e) {
        missing.put(topic.getKey(), whyNotCreated(e, missing.get(topic.getKey())));
      }
    }
  }

  private static String whyNotCreated(ExecutionException e, String whyMissing) {
    return e.getCause() instanceof TopicExistsException
        ? "it exists, but: " + whyMissing
        : e.getCause().getMessage();
  }

  /** A topic that is missing at two looks: at one, another instance may be creating it. */
  private void report(Map<String, String> missing) {
    missing.forEach(
        (topic, why) -> {
          if (sight.missing().contains(topic) && reported.add(topic)) {
            log.warn(
                "Kafka topic {} is missing or hidden, its events wait until it is there: {}",
                topic,
                why);
          }
        });
    reported.removeIf(
        topic -> {
          boolean there = !missing.containsKey(topic);
          if (there) {
            log.info("Kafka topic {} is there", topic);
          }
          return there;
        });
  }

  private Set<String> topics() {
    return names().stream()
        .map(name -> prefix + name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void check(Map<String, TopicDescription> seen)
      throws ExecutionException, InterruptedException {
    Set<TopicDrift> found = new LinkedHashSet<>();
    seen.values().forEach(topic -> found.addAll(TopicDrift.of(topic, partitions, replication)));
    found.addAll(configurationDrift(seen.keySet()));
    found.stream().filter(each -> !drift.contains(each)).forEach(KafkaTopics::report);
    drift = Set.copyOf(found);
  }

  private static void report(TopicDrift drift) {
    log.warn(
        "Kafka topic {} is left as it is: {} is {}, expected {}",
        drift.topic(),
        drift.setting(),
        drift.actual(),
        drift.expected());
  }

  private List<TopicDrift> configurationDrift(Set<String> topics)
      throws ExecutionException, InterruptedException {
    List<ConfigResource> resources =
        topics.stream().map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name)).toList();
    List<TopicDrift> found = new ArrayList<>();
    for (var topic : admin.describeConfigs(resources).values().entrySet()) {
      try {
        found.addAll(TopicDrift.of(topic.getKey().name(), topic.getValue().get()));
      } catch (ExecutionException e) {
        skip(e);
      }
    }
    return found;
  }

  /** What may not be seen, or is gone since, is not checked. */
  private void skip(ExecutionException e) throws ExecutionException {
    if (e.getCause() instanceof AuthorizationException) {
      if (!configurationHidden) {
        log.info("Kafka does not let this service see its topics' configuration");
        configurationHidden = true;
      }
    } else if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
      throw e;
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
