package io.paymentsaga.operations;

import io.paymentsaga.http.ProblemException;
import java.time.Duration;

/**
 * Takes no new payments while too many events wait for Kafka. Whatever goes on with payments that
 * are there already, webhooks, compensations, refunds, is not asked.
 *
 * <p>Judges by {@link Workload}: the outbox may grow past the limit by what a second brings.
 */
public final class OutboxLimit {
  private static final Duration LATER = Duration.ofSeconds(10);

  private final Workload workload;
  private final int limit;

  /**
   * @param limit waiting events above which new payments are refused
   */
  public OutboxLimit(Workload workload, int limit) {
    this.workload = workload;
    this.limit = limit;
  }

  /**
   * Lets a new payment in.
   *
   * @throws ProblemException 503, while more events wait than may
   */
  public void admit() {
    if (workload.figures().filter(figures -> figures.pending() > limit).isPresent()) {
      throw ProblemException.unavailable(
          "Too many events wait for Kafka, so no new payments are taken until they are sent.",
          LATER);
    }
  }

  /** Whether so many events wait that somebody should look: a tenth of the limit. */
  boolean isNear(Workload.Figures figures) {
    return figures.pending() > limit / 10;
  }
}
