package io.paymentsaga.http;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;

/**
 * How many calls a second each caller may make, of this instance: with several, a caller may make
 * as many of each. A second's worth may come at once. Callers not heard of for a while are
 * forgotten, which gives them nothing they would not have, and so are the least recent above a
 * hundred thousand.
 */
public final class RateLimits {
  private static final int MOST_CALLERS = 100_000;

  /** By then a bucket is full again, as a new one is. */
  private static final Duration FORGOTTEN = Duration.ofSeconds(10);

  private final boolean unlimited;
  private final LoadingCache<String, Bucket> buckets;

  private RateLimits(int perSecond, TimeMeter clock) {
    unlimited = perSecond == 0;
    buckets =
        Caffeine.newBuilder()
            .maximumSize(MOST_CALLERS)
            .expireAfterAccess(FORGOTTEN)
            .build(caller -> bucket(perSecond, clock));
  }

  /**
   * The same limit for each caller.
   *
   * @param perSecond 0 for no limit
   * @throws IllegalArgumentException when it is negative
   */
  public static RateLimits perCaller(int perSecond) {
    return perCaller(perSecond, TimeMeter.SYSTEM_NANOTIME);
  }

  static RateLimits perCaller(int perSecond, TimeMeter clock) {
    if (perSecond < 0) {
      throw new IllegalArgumentException("A rate is 0 or more: " + perSecond);
    }
    return new RateLimits(perSecond, clock);
  }

  private static Bucket bucket(int perSecond, TimeMeter clock) {
    return Bucket.builder()
        .addLimit(limit -> limit.capacity(perSecond).refillGreedy(perSecond, Duration.ofSeconds(1)))
        .withCustomTimePrecision(clock)
        .build();
  }

  /**
   * Counts a call.
   *
   * @throws ProblemException 429 when it is one too many
   */
  void count(Caller caller) {
    if (unlimited) {
      return;
    }
    ConsumptionProbe probe = buckets.get(caller.subject()).tryConsumeAndReturnRemaining(1);
    if (!probe.isConsumed()) {
      throw ProblemException.tooManyRequests(
          "This caller makes too many calls.", Duration.ofNanos(probe.getNanosToWaitForRefill()));
    }
  }
}
