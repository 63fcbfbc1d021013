package io.paymentsaga.messaging;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One loop of the relay: reads the events of its own shards, sends them, deletes what Kafka has. It
 * shares nothing with other lanes but the producer, so that one reads while another sends.
 */
final class RelayLane implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(RelayLane.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final BooleanSupplier topicsPresent;
  private final RelaySettings settings;
  private final Outbox outbox;
  private final ShardLeases leases;
  private final ProducerTemplate template;
  private final EventTopics topics;
  private final RelayMeter meter;
  private final Semaphore work = new Semaphore(0);
  private final CountDownLatch stop = new CountDownLatch(1);
  private Duration pause = Duration.ZERO;

  RelayLane(
      DataSource dataSource,
      BooleanSupplier topicsPresent,
      RelaySettings settings,
      ProducerTemplate template,
      EventTopics topics,
      RelayMeter meter) {
    this.topicsPresent = topicsPresent;
    this.settings = settings;
    this.outbox = new Outbox(dataSource);
    this.leases = new ShardLeases(dataSource, settings);
    this.template = template;
    this.topics = topics;
    this.meter = meter;
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
      leases.retire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.warn(
          "outbox relay could not give its shards back, others take them when the lease ends", e);
    }
  }

  private void relayOrPause() throws InterruptedException {
    try {
      boolean more = relayOnce();
      recovered();
      if (!more && work.tryAcquire(settings.idlePoll().toMillis(), TimeUnit.MILLISECONDS)) {
        work.drainPermits();
      }
    } catch (RuntimeException e) {
      failed(e);
      stop.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** Sends what is there now; whether there may be more. */
  private boolean relayOnce() {
    leases.renewWhenDue();
    List<Integer> shards = leases.shards();
    if (shards.isEmpty() || !topicsPresent.getAsBoolean()) {
      return false;
    }
    List<OutboxEvent> events = outbox.read(shards);
    List<OutboxEvent> acknowledged = new ArrayList<>();
    try {
      for (List<OutboxEvent> run : RelayBatch.split(events)) {
        if (!sendAll(run, acknowledged)) {
          break;
        }
      }
    } finally {
      outbox.delete(acknowledged);
      meter.sent(acknowledged);
    }
    outbox.vacuumWhenDue();
    return !events.isEmpty();
  }

  /**
   * False when the lease is too short to send all of them now, and so nothing after them either.
   */
  private boolean sendAll(List<OutboxEvent> events, List<OutboxEvent> acknowledged) {
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
    if (sent.getException() != null) {
      throw new IllegalStateException("Kafka did not take a batch of events", sent.getException());
    }
    return taken.size() == events.size();
  }

  private void failed(RuntimeException e) {
    meter.failed();
    if (pause.isZero()) {
      log.warn("outbox relay is held up, events wait in the outbox until it passes", e);
      pause = FIRST_PAUSE;
    } else {
      Duration doubled = pause.multipliedBy(2);
      pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }
  }

  private void recovered() {
    if (!pause.isZero()) {
      log.info("outbox relay sends again");
      pause = Duration.ZERO;
    }
  }
}
