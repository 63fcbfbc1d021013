package io.paymentsaga.saga;

import java.time.Duration;

/**
 * How a {@link JdbcSagaService} works.
 *
 * @param lease how long this instance owns a saga it works on, and so how long another one waits
 *     when this one dies; renewed while the work goes on. Also the longest wait for that work when
 *     the context stops.
 * @param attempts how often a compensation or completion may fail before an operator is needed
 * @param backoff the pause after the first failure; it doubles, up to a minute
 * @param workers how many sagas are worked on at once
 * @param pollInterval how long a saga that came due, or that another instance made due, may go
 *     unnoticed
 * @param owner the name of this instance
 */
public record SagaSettings(
    Duration lease,
    int attempts,
    Duration backoff,
    int workers,
    Duration pollInterval,
    String owner) {

  /** Refuses what cannot work. */
  public SagaSettings {
    requirePositive("lease", lease);
    requirePositive("backoff", backoff);
    requirePositive("poll interval", pollInterval);
    if (attempts < 1 || workers < 1) {
      throw new IllegalArgumentException("A saga needs at least one attempt and one worker");
    }
    if (owner.isBlank()) {
      throw new IllegalArgumentException("An instance needs a name");
    }
  }

  /** The defaults: 15 s, 10 attempts from 500 ms, 8 workers, a look every second. */
  public static SagaSettings defaults(String owner) {
    return new SagaSettings(
        Duration.ofSeconds(15), 10, Duration.ofMillis(500), 8, Duration.ofSeconds(1), owner);
  }

  private static void requirePositive(String name, Duration value) {
    if (value.toMillis() < 1) {
      throw new IllegalArgumentException("The " + name + " must be at least a millisecond");
    }
  }
}
