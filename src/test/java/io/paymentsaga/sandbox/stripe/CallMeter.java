package io.paymentsaga.sandbox.stripe;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Counts the calls of the last true second against the limits. Safe for use by many threads. */
final class CallMeter {
  private static final String ALL = "";
  private static final long WINDOW_NANOS = Duration.ofSeconds(1).toNanos();

  private final Map<String, Deque<Long>> times = new HashMap<>();

  /**
   * Lets a call in, or says which limit is reached in the words of the header {@code
   * Stripe-Rate-Limited-Reason}. Only calls that are let in count.
   */
  synchronized Optional<String> refuse(String operation, CallLimits limits) {
    if (isReached(ALL, limits.perSecond())) {
      return Optional.of("global-rate");
    }
    if (isReached(operation, limits.perOperation())) {
      return Optional.of("endpoint-rate");
    }
    long now = System.nanoTime();
    of(ALL).addLast(now);
    of(operation).addLast(now);
    return Optional.empty();
  }

  private boolean isReached(String operation, int limit) {
    Deque<Long> recent = of(operation);
    long oldest = System.nanoTime() - WINDOW_NANOS;
    while (!recent.isEmpty() && recent.peekFirst() < oldest) {
      recent.removeFirst();
    }
    return limit > 0 && recent.size() >= limit;
  }

  private Deque<Long> of(String operation) {
    return times.computeIfAbsent(operation, first -> new ArrayDeque<>());
  }
}
