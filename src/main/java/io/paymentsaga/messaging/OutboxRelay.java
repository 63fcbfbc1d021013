package io.paymentsaga.messaging;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * Sends the outbox's events to Kafka through the route {@code relay-events}, and deletes exactly
 * those Kafka has acknowledged. Runs from when the context's routes have started until before they
 * stop.
 *
 * <p>Promises: an event that was committed is sent at least once, whatever crashes; the events of
 * one order are sent one after the other, each acknowledged before the next leaves, with any number
 * of relays on one database. A relay that dies delays its events by the lease; one that Kafka does
 * not answer leaves them to others. What goes wrong with one topic, or one event, holds up the
 * orders concerned only.
 *
 * <p>Does not promise: exactly once. What was sent but not deleted before a crash, or not
 * acknowledged in time, is sent again. A process frozen for longer than its lease in the very
 * middle of a send may repeat events another relay has already sent.
 */
public final class OutboxRelay extends LifecycleStrategySupport {
  /** While one waits for PostgreSQL another keeps Kafka busy; more than two gain nothing. */
  private static final int LANES = 2;

  private static final Duration LONGEST_STOP = RelaySettings.LONGEST_SEND.plusSeconds(2);

  private final DataSource dataSource;
  private final Supplier<KafkaSight> kafka;
  private final RelaySettings settings;

  private volatile List<RelayLane> lanes = List.of();
  private ProducerTemplate template;
  private ExecutorService threads;
  private RelayMeter meter = new RelayMeter(new SimpleMeterRegistry());

  /**
   * @param kafka what this instance sees of Kafka now; asked before each round, so it must not
   *     wait. To a topic that is missing nothing is sent, as a broker might create it its own way
   */
  public OutboxRelay(DataSource dataSource, Supplier<KafkaSight> kafka, RelaySettings settings) {
    this.dataSource = dataSource;
    this.kafka = kafka;
    this.settings = settings;
  }

  /** Where to count what it sends; to be called before it starts. */
  public void countIn(MeterRegistry registry) {
    meter = new RelayMeter(registry);
  }

  /**
   * Tells an idle relay that a local transaction has just committed events. Cheap, never blocks.
   */
  public void wake() {
    lanes.forEach(RelayLane::wake);
  }

  @Override
  public void onContextStarted(CamelContext context) {
    template = context.createProducerTemplate();
    EventTopics topics = new EventTopics(template);
    lanes =
        IntStream.rangeClosed(1, LANES)
            .mapToObj(
                lane ->
                    new RelayLane(
                        dataSource, kafka, settings.ofLane(lane), template, topics, meter))
            .toList();
    threads = context.getExecutorServiceManager().newFixedThreadPool(this, "outbox-relay", LANES);
    lanes.forEach(threads::execute);
  }

  @Override
  public void onContextStopping(CamelContext context) {
    if (threads == null) {
      return;
    }
    lanes.forEach(RelayLane::stop);
    context.getExecutorServiceManager().shutdownGraceful(threads, LONGEST_STOP.toMillis());
    template.stop();
  }
}
