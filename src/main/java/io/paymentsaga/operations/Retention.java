package io.paymentsaga.operations;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;

/**
 * How long rows are kept that only grow, and how many have gone. What is removed, and what is not,
 * stands in the statements.
 */
public final class Retention {
  private static final String PERSONAL_DATA = "personal-data";

  /** As many as a run takes in well under a second, and more than come meanwhile. */
  private static final int ROWS_A_RUN = 10_000;

  private static final int PAYMENTS_A_RUN = 2_000;

  /** Stripe lists its events for 30 days; one forgotten before would have its effect again. */
  private static final Duration SHORTEST_FOR_EVENTS = Duration.ofDays(31);

  private final Duration events;
  private final Duration personalData;
  private final MeterRegistry registry;

  /**
   * @param events how long an event's having been here is remembered; zero for ever
   * @param personalData how long it stays beside a settled payment; zero for ever
   * @param registry where removed rows are counted
   * @throws IllegalArgumentException when events are forgotten while they can still come again
   */
  public Retention(Duration events, Duration personalData, MeterRegistry registry) {
    if (!events.isZero() && events.compareTo(SHORTEST_FOR_EVENTS) < 0) {
      throw new IllegalArgumentException(
          "it is at least 31d, since Stripe repeats its events for 30 days, or 0 to keep them all");
    }
    this.events = events;
    this.personalData = personalData;
    this.registry = registry;
  }

  /**
   * A job that is due.
   *
   * @param keptMillis how long its rows are kept; zero for ever
   * @param batch how many rows a run takes
   */
  public record Job(String job, long keptMillis, int batch) {
    /** Whether there is anything to do at all. */
    public boolean isOn() {
      return keptMillis > 0;
    }
  }

  /** The job in a claimed row. */
  public Job due(@Body Map<String, Object> row) {
    String job = (String) row.get("job");
    return job.equals(PERSONAL_DATA)
        ? new Job(job, personalData.toMillis(), PAYMENTS_A_RUN)
        : new Job(job, events.toMillis(), ROWS_A_RUN);
  }

  /** What a job's statement has to know. */
  public Map<String, Object> parameters(@Body Job job) {
    return Map.of("keptMillis", job.keptMillis(), "batch", job.batch());
  }

  /** Counts the rows a statement has removed. */
  public long removed(
      @Header("CamelSqlUpdateCount") int rows, @ExchangeProperty("retention") Job job) {
    count(job.job(), rows);
    return rows;
  }

  /** Counts the payments that were erased, whoever wanted it. */
  public long erased(@Body long payments) {
    count(PERSONAL_DATA, payments);
    return payments;
  }

  /** What the database is told when a run is over: whether there is more to do. */
  public Map<String, Object> done(Exchange exchange) {
    Job job = exchange.getProperty("retention", Job.class);
    boolean more = job.isOn() && exchange.getMessage().getBody(long.class) >= job.batch();
    return Map.of("job", job.job(), "more", more);
  }

  private void count(String job, long rows) {
    Counter.builder("retention.removed").tag("of", job).register(registry).increment((double) rows);
  }
}
