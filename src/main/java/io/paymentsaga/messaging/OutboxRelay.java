package io.paymentsaga.messaging;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.support.LifecycleStrategySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the outbox's events to Kafka through the route {@code relay-events}, and deletes exactly
 * those Kafka has acknowledged. Runs from when the context's routes have started until before they
 * stop.
 *
 * <p>Promises: an event that was committed is sent at least once, whatever crashes; the events of
 * one order are sent one after the other, each acknowledged before the next leaves, with any number
 * of relays on one database. A relay that dies delays its events by the lease.
 *
 * <p>Does not promise: exactly once. What was sent but not deleted before a crash, or not
 * acknowledged in time, is sent again. A process frozen for longer than its lease in the very
 * middle of a send may repeat events another relay has already sent.
 */
public final class OutboxRelay extends LifecycleStrategySupport {
  private static final Logger log = LoggerFactory.getLogger(OutboxRelay.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final Duration LONGEST_STOP = RelaySettings.LONGEST_SEND.plusSeconds(2);

  private final BooleanSupplier topicsPresent;
  private final RelaySettings settings;
  private final Outbox outbox;
  private final ShardLeases leases;
  private final Semaphore work = new Semaphore(0);
  private final CountDownLatch stop = new CountDownLatch(1);

  private CamelContext context;
  private ProducerTemplate template;
  private ExecutorService thread;
  private Duration pause = Duration.ZERO;

  /**
   * @param topicsPresent whether the topics exist: nothing is sent before, as a broker might create
   *     them its own way
   */
  public OutboxRelay(DataSource dataSource, BooleanSupplier topicsPresent, RelaySettings settings) {
    this.topicsPresent = topicsPresent;
    this.settings = settings;
    this.outbox = new Outbox(dataSource);
    this.leases = new ShardLeases(dataSource, settings);
  }

  /**
   * Tells an idle relay that a local transaction has just committed events. Cheap, never blocks.
   */
  public void wake() {
    if (work.availablePermits() == 0) {
      work.release();
    }
  }

  @Override
  public void onContextStarted(CamelContext started) {
    context = started;
    template = started.createProducerTemplate();
    thread = started.getExecutorServiceManager().newSingleThreadExecutor(this, "outbox-relay");
    thread.execute(this::relay);
  }

  @Override
  public void onContextStopping(CamelContext stopped) {
    if (thread == null) {
      return;
    }
    stop.countDown();
    wake();
    stopped.getExecutorServiceManager().shutdownGraceful(thread, LONGEST_STOP.toMillis());
    template.stop();
  }

  private void relay() {
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
    List<Long> acknowledged = new ArrayList<>();
    try {
      for (List<OutboxEvent> run : RelayBatch.split(events)) {
        if (!sendAll(run, acknowledged)) {
          break;
        }
      }
    } finally {
      outbox.delete(acknowledged);
    }
    return !events.isEmpty();
  }

  /**
   * False when the lease is too short to send all of them now, and so nothing after them either.
   */
  private boolean sendAll(List<OutboxEvent> events, List<Long> acknowledged) {
    List<Exchange> records = events.stream().map(this::record).toList();
    RelayBatch batch =
        new RelayBatch(events, records, () -> leases.outlast(RelaySettings.LONGEST_SEND));
    Exchange sent =
        template.send("direct:relay-events", exchange -> exchange.getIn().setBody(batch));
    List<Long> taken = batch.acknowledged();
    acknowledged.addAll(taken);
    if (sent.getException() != null) {
      throw new IllegalStateException("Kafka did not take a batch of events", sent.getException());
    }
    return taken.size() == events.size();
  }

  private Exchange record(OutboxEvent event) {
    Exchange exchange = template.send("direct:route-event", event.toExchange(context));
    String topic = exchange.getVariable("topic", String.class);
    if (exchange.getException() != null || topic == null) {
      throw new IllegalStateException(
          "the route route-event names no topic for " + event.eventType(), exchange.getException());
    }
    exchange.getIn().setHeader(KafkaConstants.OVERRIDE_TOPIC, topic);
    return exchange;
  }

  private void failed(RuntimeException e) {
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
