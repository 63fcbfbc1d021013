package io.paymentsaga.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.paymentsaga.sandbox.SandboxBroker;
import io.paymentsaga.sandbox.SandboxDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.component.kafka.KafkaEndpoint;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * How fast the relay is on this machine, beside Kafka's own tool and beside PostgreSQL alone.
 * Commits wait for the disk. Run by {@code mvn verify -Pbenchmark}.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RelayBenchmark {
  private static final int RUNS = Integer.getInteger("benchmark.runs", 3);
  private static final int WAITING = Integer.getInteger("benchmark.waiting", 100_000);
  private static final int PUSHED = Integer.getInteger("benchmark.pushed", 200_000);
  private static final int PER_SECOND = 200;
  private static final int SECONDS = Integer.getInteger("benchmark.seconds", 20);
  private static final int WARM_UP = 100_000;

  /** Room for what waits: a server that reads its queue back from files is slow for that alone. */
  private static final int DATABASE_CACHE_MEGABYTES = 1024;

  private static final Duration PATIENCE = Duration.ofMinutes(10);

  @TempDir static Path directory;

  private static SandboxDatabase database;
  private static SandboxBroker broker;
  private static HikariDataSource pool;
  private static JdbcTemplate jdbc;
  private static WaitingEvents events;

  private static CamelContext context;
  private static OutboxRelay relay;
  private static volatile boolean open;
  private static final Map<String, Long> ACKNOWLEDGED_AT = new ConcurrentHashMap<>();
  private static volatile boolean timed;

  /** What the last drain took. */
  private static ProcessorTime drainTime;

  private static double toolRate;
  private static double toolMicros;

  @BeforeAll
  static void start() throws Exception {
    database =
        SandboxDatabase.start(
            SandboxDatabase.Options.in(directory.resolve("database"))
                .withDurableCommits()
                .withCache(DATABASE_CACHE_MEGABYTES));
    broker = SandboxBroker.start(directory.resolve("broker"));
    pool = MessagingEnvironment.pool(database.payments());
    Flyway.configure().dataSource(pool).load().migrate();
    jdbc = new JdbcTemplate(pool);
    events = new WaitingEvents(jdbc);

    context = RouteFiles.context(broker.bootstrapServers(), "");
    context.getCamelContextExtension().addInterceptStrategy(RelayBenchmark::timing);
    RouteFiles.load(context, "relay");
    KafkaTopics topics = new KafkaTopics(context, broker.bootstrapServers(), "", 3, -1);
    context.addService(topics);
    relay = new OutboxRelay(pool, () -> seen(topics), RelaySettings.of("benchmark"));
    context.addLifecycleStrategy(relay);
    context.start();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(topics::sight, MessagingEnvironment.ALL_THERE::equals);
  }

  /** While the relay is to wait all topics are missing, so that it keeps its shards. */
  private static KafkaSight seen(KafkaTopics topics) {
    return open ? topics.sight() : new KafkaSight(true, Set.copyOf(KafkaTopics.names()));
  }

  @AfterAll
  static void stop() throws Exception {
    context.close();
    pool.close();
    broker.close();
    database.close();
  }

  @Test
  @Order(1)
  void waiting_events_against_the_producer_performance_tool() throws Exception {
    ProducerTool tool = new ProducerTool(producerSettings());
    Path payloads = directory.resolve("payloads");
    events.writeTo(payloads);
    tool.run("payment.failed", 4 * WARM_UP, payloads);
    drain(WARM_UP);

    List<Double> tools = new ArrayList<>();
    List<Double> relays = new ArrayList<>();
    List<ProcessorTime> toolTimes = new ArrayList<>();
    List<ProcessorTime> relayTimes = new ArrayList<>();
    for (int run = 1; run <= RUNS; run++) {
      ProcessorTime before = ProcessorTime.soFar(database);
      tools.add(tool.run("payment.failed", 4 * WAITING, payloads));
      toolTimes.add(ProcessorTime.soFar(database).since(before));
      relays.add(drain(WAITING));
      relayTimes.add(drainTime);
      System.out.printf(
          "Benchmark: run %d: tool %,.0f/s, relay %,.0f/s%n",
          run, tools.get(run - 1), relays.get(run - 1));
    }
    toolRate = Figures.of(tools).median();
    toolMicros = micros(toolTimes, ProcessorTime::total, 4 * WAITING);
    double relayRate = Figures.of(relays).median();
    System.out.printf(
        "Benchmark: throughput, %d events of 1 KiB: tool %,.0f/s, relay %,.0f/s, ratio %.2f (goal 0.50);"
            + " drained in %.1f s%n",
        WAITING, toolRate, relayRate, relayRate / toolRate, WAITING / relayRate);
    System.out.printf(
        "Benchmark: processor time an event: tool %.1f µs, relay %.1f µs, of that PostgreSQL %.1f, broker %.1f,"
            + " this process %.1f%n",
        toolMicros,
        micros(relayTimes, ProcessorTime::total, WAITING),
        micros(relayTimes, ProcessorTime::postgres, WAITING),
        micros(relayTimes, ProcessorTime::broker, WAITING),
        micros(relayTimes, ProcessorTime::service, WAITING));
  }

  /** The median, for each event. */
  private static double micros(
      List<ProcessorTime> runs, Function<ProcessorTime, Duration> part, int events) {
    return Figures.of(runs.stream().map(run -> part.apply(run).toNanos() / 1e3 / events).toList())
        .median();
  }

  @Test
  @Order(2)
  void what_postgresql_alone_can_do() {
    Outbox outbox = new Outbox(pool);
    List<Integer> shards = IntStream.range(0, 16).boxed().toList();
    List<Double> reads = new ArrayList<>();
    List<Double> removals = new ArrayList<>();
    List<ProcessorTime> removalTimes = new ArrayList<>();
    for (int run = 0; run < RUNS; run++) {
      events.add(WAITING);
      long start = System.nanoTime();
      int read = 0;
      while (read < WAITING) {
        read += outbox.read(shards, Set.of(), Set.of()).size();
      }
      reads.add(perSecond(read, start));
      ProcessorTime before = ProcessorTime.soFar(database);
      start = System.nanoTime();
      List<OutboxEvent> batch = outbox.read(shards, Set.of(), Set.of());
      while (!batch.isEmpty()) {
        outbox.delete(batch);
        outbox.vacuumWhenDue();
        batch = outbox.read(shards, Set.of(), Set.of());
      }
      removals.add(perSecond(WAITING, start));
      removalTimes.add(ProcessorTime.soFar(database).since(before));
    }
    System.out.printf(
        "Benchmark: PostgreSQL alone: read %,.0f/s, read and delete %,.0f/s%n",
        Figures.of(reads).median(), Figures.of(removals).median());
    double micros = micros(removalTimes, ProcessorTime::total, WAITING);
    int processors = Runtime.getRuntime().availableProcessors();
    double most = processors * 1e6 / (micros + toolMicros);
    System.out.printf(
        "Benchmark: processor time an event: %.1f µs to read and delete it, and nothing else; with the tool's %.1f"
            + " to send it, %d processors carry at most %,.0f/s, ratio %.2f%n",
        micros, toolMicros, processors, most, most / toolRate);
  }

  @Test
  @Order(3)
  void from_commit_to_acknowledgement() throws Exception {
    open = true;
    ACKNOWLEDGED_AT.clear();
    Map<String, Long> committedAt;
    try (SignalTransactions signals = new SignalTransactions(pool, relay::wake)) {
      timed = true;
      signals.run(PER_SECOND, SECONDS);
      committedAt = signals.committedAt();
    }
    assertThat(committedAt).as("commits").hasSize(2 * PER_SECOND * SECONDS);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(ACKNOWLEDGED_AT).hasSameSizeAs(committedAt));
    timed = false;
    Figures latency =
        Figures.of(
            committedAt.entrySet().stream()
                .map(commit -> (ACKNOWLEDGED_AT.get(commit.getKey()) - commit.getValue()) / 1e6)
                .toList());
    System.out.printf(
        "Benchmark: commit to acknowledgement at %d payments a second, %d events: p50 %.1f ms (goal 10), p99"
            + " %.1f ms (goal 50), at most %.1f ms%n",
        PER_SECOND,
        committedAt.size(),
        latency.median(),
        latency.percentile(99),
        latency.largest());
  }

  @Test
  @Order(4)
  void what_is_left_of_the_table() throws Exception {
    long before = size();
    long largest = 0;
    long start = System.nanoTime();
    open = true;
    for (int pushed = 0; pushed < PUSHED; pushed += 10_000) {
      events.add(10_000);
      relay.wake();
      awaitEmptyOutbox();
      largest = Math.max(largest, size());
    }
    System.out.printf(
        "Benchmark: %d events pushed in bursts of 10,000 at %,.0f/s: table and indexes %,d KiB before, at most"
            + " %,d KiB, %,d KiB at the end%n",
        PUSHED, perSecond(PUSHED, start), before / 1024, largest / 1024, size() / 1024);
  }

  /** Events a second, from when the relay may begin until the last is deleted. */
  private static double drain(int count) {
    open = false;
    events.add(count);
    jdbc.execute("ANALYZE outbox");
    ProcessorTime before = ProcessorTime.soFar(database);
    long start = System.nanoTime();
    open = true;
    relay.wake();
    awaitEmptyOutbox();
    double rate = perSecond(count, start);
    drainTime = ProcessorTime.soFar(database).since(before);
    open = false;
    return rate;
  }

  private static void awaitEmptyOutbox() {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> jdbc.queryForObject("SELECT NOT EXISTS (SELECT FROM outbox)", Boolean.class));
  }

  private static long size() {
    return jdbc.queryForObject("SELECT pg_total_relation_size('outbox')", Long.class);
  }

  private static double perSecond(int events, long start) {
    return events / ((System.nanoTime() - start) / 1e9);
  }

  private static Properties producerSettings() {
    Properties settings =
        context.getEndpoints().stream()
            .filter(KafkaEndpoint.class::isInstance)
            .map(KafkaEndpoint.class::cast)
            .findAny()
            .orElseThrow()
            .getConfiguration()
            .createProducerProperties();
    settings.put("bootstrap.servers", broker.bootstrapServers());
    return settings;
  }

  /** Notes when the relay's route learns that its events are acknowledged. */
  private static Processor timing(
      CamelContext context, NamedNode definition, Processor target, Processor next) {
    return new DelegateAsyncProcessor(target) {
      @Override
      public boolean process(Exchange exchange, AsyncCallback callback) {
        return super.process(
            exchange,
            doneSync -> {
              if (timed && exchange.getIn().getBody() instanceof RelayBatch batch) {
                long now = System.nanoTime();
                batch.events().forEach(event -> ACKNOWLEDGED_AT.put(event.eventId(), now));
              }
              callback.done(doneSync);
            });
      }
    };
  }
}
