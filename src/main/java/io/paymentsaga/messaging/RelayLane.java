package io.paymentsaga.messaging;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * One loop of the relay: reads the events of its own shards, sends them, deletes what Kafka has. It
 * shares nothing with other lanes but the producer, so that one reads while another sends.
 *
 * <p>It holds shards only while Kafka answers this instance and sends do not fail one after the
 * other; else it leaves them to the lanes of other instances.
 */
final class RelayLane implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(RelayLane.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** Rounds that fail one after the other before others get the shards. */
  private static final int PATIENCE = 2;

  /** How long a relay whose rounds failed leaves the shards to others that are alive. */
  private static final Duration ASIDE = Duration.ofMinutes(1);

  private final Supplier<KafkaSight> kafka;
  private final RelaySettings settings;
  private final Outbox outbox;
  private final ShardLeases leases;
  private final ProducerTemplate template;
  private final EventTopics topics;
  private final RelayMeter meter;
  private final PassedOver passedOver;
  private final Semaphore work = new Semaphore(0);
  private final CountDownLatch stop = new CountDownLatch(1);
  private Duration pause = Duration.ZERO;
  private int failures;
  private long leftAt;

  RelayLane(
      DataSource dataSource,
      Supplier<KafkaSight> kafka,
      RelaySettings settings,
      ProducerTemplate template,
      EventTopics topics,
      RelayMeter meter) {
    this.kafka = kafka;
    this.settings = settings;
    this.outbox = new Outbox(dataSource);
    this.leases = new ShardLeases(dataSource, settings);
    this.template = template;
    this.topics = topics;
    this.meter = meter;
    this.passedOver = new PassedOver(topics);
  }

  /** Ends an idle wait. Cheap, never blocks. */
  void wake() {
    if (work.availablePermits() == 0) {
      work.release();
    }
  }

  /** Makes {@link #run()} return once the batch it is at is settled. */
  void stop() {
    stop.countDown();
    wake();
  }

  @Override
  public void run() {
    try {
      while (stop.getCount() > 0) {
        relayOrPause();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    giveShardsBack();
  }

  /**
   * An error ends a round as an exception does: a lane that ended would keep its shards for ever.
   */
  private void relayOrPause() throws InterruptedException {
    try {
      if (!relayOnce() && work.tryAcquire(settings.idlePoll().toMillis(), TimeUnit.MILLISECONDS)) {
        work.drainPermits();
      }
    } catch (RuntimeException | Error e) {
      failed(e);
      stop.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** Sends what is there now; whether there may be more. */
  private boolean relayOnce() {
    KafkaSight sight = kafka.get();
    if (!sight.answers()) {
      standAside("Kafka does not answer");
      passedOver.clear();
      failures = 0;
      return false;
    }
    if (!leases.joined() && !mayJoin()) {
      return false;
    }
    leases.renewWhenDue();
    if (leases.shards().isEmpty()) {
      return false;
    }
    boolean more = relay(sight);
    outbox.vacuumWhenDue();
    return more;
  }

  /** Others that send well are not to lose shards soon to one that did not. */
  private boolean mayJoin() {
    return failures < PATIENCE || System.nanoTime() - leftAt > ASIDE.toNanos() || leases.alone();
  }

  private boolean relay(KafkaSight sight) {
    Set<String> orders = passedOver.orders();
    Set<String> types = passedOver.types(sight);
    List<OutboxEvent> read = outbox.read(leases.shards(), orders, types);
    if (read.isEmpty()) {
      if (orders.isEmpty() && types.isEmpty()) {
        recovered();
      }
      return false;
    }
    leases.renewForSend();
    List<Integer> shards = leases.shards();
    send(read.stream().filter(event -> shards.contains(event.shard())).toList());
    return true;
  }

  private void send(List<OutboxEvent> events) {
    List<OutboxEvent> acknowledged = new ArrayList<>();
    List<Refusal> refusals = new ArrayList<>();
    try {
      for (List<OutboxEvent> run : RelayBatch.split(events)) {
        if (!sendAll(run, acknowledged, refusals)) {
          break;
        }
      }
    } finally {
      outbox.delete(acknowledged);
      meter.sent(acknowledged);
      passedOver.settle(acknowledged, refusals);
      if (!acknowledged.isEmpty()) {
        failures = 0;
        recovered();
      }
    }
  }

  /**
   * False when Kafka did not take all of them, or the lease is too short to send all of them now;
   * nothing may follow then.
   */
  private boolean sendAll(
      List<OutboxEvent> events, List<OutboxEvent> acknowledged, List<Refusal> refusals) {
    CamelContext context = template.getCamelContext();
    List<Exchange> records =
        events.stream()
            .map(event -> event.toExchange(context, topics.of(event.eventType())))
            .toList();
    RelayBatch batch =
        new RelayBatch(events, records, () -> leases.outlast(RelaySettings.LONGEST_SEND));
    Exchange sent =
        template.send("direct:relay-events", exchange -> exchange.getIn().setBody(batch));
    List<OutboxEvent> taken = batch.acknowledged();
    acknowledged.addAll(taken);
    refusals.addAll(batch.refusals());
    boolean onlyRefused = !refusals.isEmpty() && refusals.stream().noneMatch(Refusal::isOfTheWay);
    if (acknowledged.isEmpty() && !onlyRefused) {
      throw new IllegalStateException(
          sent.getException() == null
              ? "the relay's leases left no time to send"
              : "Kafka took none of a batch of events",
          sent.getException());
    }
    if (sent.getException() != null) {
      meter.failed();
    }
    return taken.size() == events.size();
  }

  private void failed(Throwable e) {
    meter.failed();
    if (e instanceof Error) {
      log.error("outbox relay ran into an error, it tries again", e);
    }
    if (pause.isZero()) {
      log.warn("outbox relay is held up, events wait in the outbox until it passes", e);
      pause = FIRST_PAUSE;
    } else {
      Duration doubled = pause.multipliedBy(2);
      pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }
    failures++;
    if (failures >= PATIENCE) {
      standAside("its rounds fail");
    }
  }

  private void recovered() {
    if (!pause.isZero()) {
      log.info("outbox relay sends again");
      pause = Duration.ZERO;
    }
  }

  private void standAside(String why) {
    if (leases.joined()) {
      log.info("outbox relay leaves its shards to others: {}", why);
      leftAt = System.nanoTime();
      giveShardsBack();
    }
  }

  private void giveShardsBack() {
    try {
      leases.retire();
    } catch (DataAccessException e) {
      log.warn(
          "outbox relay could not give its shards back, others take them when the lease ends", e);
    }
  }
}
