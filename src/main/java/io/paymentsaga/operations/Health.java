package io.paymentsaga.operations;

import io.paymentsaga.messaging.KafkaHealth;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What {@code /health} says. The figures are looked up in the background, each second, so that a
 * call never waits for a database or a broker that is away; they may be that old. Healthy means
 * that payments can be taken: Kafka away only degrades.
 */
public final class Health extends ServiceSupport {
  private static final Logger LOG = LoggerFactory.getLogger(Health.class);
  private static final Duration STALE = Duration.ofSeconds(6);

  private final JdbcClient database;
  private final String query;
  private final Supplier<KafkaHealth> kafka;
  private final String version;
  private final Clock clock;
  private final Instant started;
  private ScheduledExecutorService looking;
  private volatile Figures figures;

  private record Figures(Instant at, long pending, long oldestSeconds, long active, long stuck) {}

  public Health(
      JdbcClient database, String query, Supplier<KafkaHealth> kafka, String version, Clock clock) {
    this.database = database;
    this.query = query;
    this.kafka = kafka;
    this.version = version;
    this.clock = clock;
    this.started = clock.instant();
  }

  @Override
  protected void doStart() {
    looking = Executors.newSingleThreadScheduledExecutor(Health::daemon);
    var unused = looking.scheduleWithFixedDelay(this::look, 0, 1, TimeUnit.SECONDS);
  }

  @Override
  protected void doStop() {
    looking.shutdownNow();
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "health");
    thread.setDaemon(true);
    return thread;
  }

  private void look() {
    try {
      figures =
          database
              .sql(query)
              .query(
                  (row, number) ->
                      new Figures(
                          clock.instant(),
                          row.getLong("pending"),
                          row.getLong("oldest_seconds"),
                          row.getLong("active"),
                          row.getLong("stuck")))
              .single();
    } catch (DataAccessException away) {
      if (figures != null) {
        LOG.warn("The database does not answer: {}", away.getMessage());
      }
      figures = null;
    }
  }

  /** Answers {@code /health}. */
  public Map<String, Object> report(Exchange exchange) {
    Figures now = figures;
    KafkaHealth broker = kafka.get();
    boolean database = isFresh(now);
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("status", database ? (broker.healthy() ? "healthy" : "degraded") : "unhealthy");
    report.put("service", "payment-service");
    report.put("version", version);
    report.put("uptimeSeconds", Duration.between(started, clock.instant()).toSeconds());
    report.put("kafka", Map.of("status", broker.status(), "brokers", broker.brokers()));
    report.put("database", Map.of("status", database ? "healthy" : "unhealthy"));
    if (database) {
      report.put("outbox", Map.of("pending", now.pending(), "oldestSeconds", now.oldestSeconds()));
      report.put("sagas", Map.of("active", now.active(), "stuck", now.stuck()));
    }
    status(exchange, database);
    return report;
  }

  /** Answers {@code /health/ready}. */
  public Map<String, Object> readiness(Exchange exchange) {
    boolean ready = isFresh(figures);
    status(exchange, ready);
    return Map.of("status", ready ? "ready" : "not ready");
  }

  private boolean isFresh(Figures now) {
    return now != null && now.at().plus(STALE).isAfter(clock.instant());
  }

  private static void status(Exchange exchange, boolean well) {
    exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, well ? 200 : 503);
  }
}
