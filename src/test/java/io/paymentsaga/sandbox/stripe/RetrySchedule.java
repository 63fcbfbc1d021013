package io.paymentsaga.sandbox.stripe;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** How long Stripe waits before it sends a webhook again; it gives up after three days. */
public enum RetrySchedule {
  /** A fifth of a second, doubling up to five seconds: for those who do not want to wait. */
  QUICK {
    @Override
    Duration pauseAfter(int attempts) {
      return Duration.ofMillis(Math.min(5_000, 200L << Math.min(attempts - 1, 10)));
    }
  },
  /** About as Stripe does it live: minutes, then hours, then twice a day. */
  DAYS {
    @Override
    Duration pauseAfter(int attempts) {
      return PAUSES.get(Math.min(attempts, PAUSES.size()) - 1);
    }
  };

  private static final List<Duration> PAUSES =
      List.of(
          Duration.ofMinutes(5),
          Duration.ofMinutes(30),
          Duration.ofHours(2),
          Duration.ofHours(5),
          Duration.ofHours(10),
          Duration.ofHours(12));

  static RetrySchedule named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /**
   * @param attempts made so far, at least 1
   */
  abstract Duration pauseAfter(int attempts);
}
