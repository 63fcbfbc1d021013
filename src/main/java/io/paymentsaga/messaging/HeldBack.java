package io.paymentsaga.messaging;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Names, such as those of orders, whose events are passed over for 5 s because Kafka did not take
 * the last one. Not thread-safe.
 */
final class HeldBack {
  private static final Duration PAUSE = Duration.ofSeconds(5);

  /** Nothing was heard of it since: its events have gone with a shard that others hold now. */
  private static final Duration FORGOTTEN = Duration.ofMinutes(1);

  private final int most;

  /** Until when, in the time of {@link System#nanoTime()}. */
  private final Map<String, Long> holds = new HashMap<>();

  /**
   * @param most how many names it remembers
   */
  HeldBack(int most) {
    this.most = most;
  }

  boolean isFull() {
    return holds.size() >= most;
  }

  /** Holds it back from now on; whether it was not known before. */
  boolean hold(String name) {
    return holds.put(name, System.nanoTime() + PAUSE.toNanos()) == null;
  }

  /** Forgets it; whether it was known. */
  boolean letGo(String name) {
    return holds.remove(name) != null;
  }

  /** Those to pass over now. Others stay known until something is heard of them. */
  Set<String> names() {
    if (holds.isEmpty()) {
      return Set.of();
    }
    long now = System.nanoTime();
    holds.values().removeIf(until -> now - until > FORGOTTEN.toNanos());
    return holds.entrySet().stream()
        .filter(hold -> now - hold.getValue() < 0)
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  void clear() {
    holds.clear();
  }
}
