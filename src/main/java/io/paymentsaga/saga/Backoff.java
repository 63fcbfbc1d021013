package io.paymentsaga.saga;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Pauses that double from a base up to a minute, each cut by a random half at most. */
final class Backoff {
  private static final Duration CAP = Duration.ofMinutes(1);
  private static final int DOUBLINGS = 20;

  private final Duration base;
  private final RandomGenerator random;

  Backoff(Duration base, RandomGenerator random) {
    this.base = base;
    this.random = random;
  }

  /** The pause after so many failures before this one. */
  Duration after(int earlierFailures) {
    Duration doubled = base.multipliedBy(1L << Math.min(earlierFailures, DOUBLINGS));
    long pause = (doubled.compareTo(CAP) < 0 ? doubled : CAP).toMillis();
    return Duration.ofMillis(pause - (long) (random.nextDouble() * pause / 2));
  }
}
