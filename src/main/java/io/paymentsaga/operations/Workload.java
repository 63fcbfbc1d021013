package io.paymentsaga.operations;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * How much work is waiting in the database, for all instances together. It is measured in the
 * background, each second, so that nobody who asks waits for a database, or makes it count.
 */
public final class Workload extends ServiceSupport {
  private static final Logger LOG = LoggerFactory.getLogger(Workload.class);
  private static final Duration STALE = Duration.ofSeconds(6);

  /** Up to here the figures are exact: events of a shard, and sagas of a kind. */
  private static final Map<String, Integer> COUNTED =
      Map.of("counted", 1_000, "countedSagas", 100_000);

  private final JdbcClient database;
  private final String query;
  private final Clock clock;
  private ScheduledExecutorService looking;
  private volatile Figures figures;

  /**
   * What was seen.
   *
   * @param at when
   * @param pending events in the outbox: exact up to some 10,000; estimated above, within a few per
   *     cent, where transactions that were rolled back may count as waiting
   * @param oldestSeconds the age of the first of them
   * @param active sagas that something will be done about; far above 100,000 the figure stops
   *     growing
   * @param stuck sagas that wait for an operator
   */
  public record Figures(Instant at, long pending, long oldestSeconds, long active, long stuck) {}

  public Workload(JdbcClient database, String query, Clock clock) {
    this.database = database;
    this.query = query;
    this.clock = clock;
  }

  /** The last figures; empty while the database does not answer. */
  public Optional<Figures> figures() {
    Figures now = figures;
    return now != null && now.at().plus(STALE).isAfter(clock.instant())
        ? Optional.of(now)
        : Optional.empty();
  }

  @Override
  protected void doStart() {
    looking = Executors.newSingleThreadScheduledExecutor(Workload::daemon);
    var unused = looking.scheduleWithFixedDelay(this::look, 0, 1, TimeUnit.SECONDS);
  }

  @Override
  protected void doStop() {
    looking.shutdownNow();
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "workload");
    thread.setDaemon(true);
    return thread;
  }

  private void look() {
    try {
      figures = measure();
    } catch (DataAccessException away) {
      if (figures != null) {
        LOG.warn("The database does not answer: {}", away.getMessage());
      }
      figures = null;
    }
  }

  Figures measure() {
    return database
        .sql(query)
        .params(COUNTED)
        .query(
            (row, number) ->
                new Figures(
                    clock.instant(),
                    row.getLong("pending"),
                    row.getLong("oldest_seconds"),
                    row.getLong("active"),
                    row.getLong("stuck")))
        .single();
  }
}
