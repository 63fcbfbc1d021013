package io.paymentsaga.fault;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Looks, several times a second, for how long work has been due in the database without having been
 * done: sagas past the time they were due, events waiting in the outbox.
 */
final class OverdueWork implements AutoCloseable {
  private static final long PERIOD_MILLIS = 200;
  private static final String LONGEST_WAIT =
      """
      SELECT
        coalesce((SELECT max(extract(epoch FROM now() - due_at)) FROM saga WHERE due_at < now()), 0) AS saga,
        coalesce((SELECT max(extract(epoch FROM now() - at)) FROM outbox), 0) AS event
      """;

  private final JdbcClient database;
  private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
  private final ScheduledFuture<?> watching;
  private volatile Gap longest = new Gap(Duration.ZERO, Duration.ZERO);

  /** The longest time a saga, and an event, has waited for somebody to work on it. */
  record Gap(Duration saga, Duration event) {
    private Gap orLonger(Gap other) {
      return new Gap(longer(saga, other.saga), longer(event, other.event));
    }

    private static Duration longer(Duration one, Duration other) {
      return one.compareTo(other) < 0 ? other : one;
    }
  }

  private OverdueWork(DataSource dataSource) {
    this.database = JdbcClient.create(dataSource);
    this.watching =
        executor.scheduleWithFixedDelay(this::look, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Looks from now on until it is closed. */
  static OverdueWork watch(DataSource dataSource) {
    return new OverdueWork(dataSource);
  }

  /** The longest there has been so far. */
  Gap longest() {
    if (watching.isDone()) {
      throw new IllegalStateException("A look at the database failed, and there was none after it");
    }
    return longest;
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }

  private void look() {
    Gap now =
        database
            .sql(LONGEST_WAIT)
            .query(
                (row, number) ->
                    new Gap(seconds(row.getDouble("saga")), seconds(row.getDouble("event"))))
            .single();
    longest = longest.orLonger(now);
  }

  private static Duration seconds(double seconds) {
    return Duration.ofMillis((long) (seconds * 1000));
  }
}
