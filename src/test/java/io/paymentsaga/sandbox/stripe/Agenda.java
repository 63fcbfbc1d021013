package io.paymentsaga.sandbox.stripe;

import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;

/** What happens by itself once the clock has reached its time. Safe for use by many threads. */
final class Agenda {
  private record Entry(Instant due, long number, Runnable work) {}

  private final PriorityQueue<Entry> entries =
      new PriorityQueue<>(Comparator.comparing(Entry::due).thenComparing(Entry::number));
  private long number;

  synchronized void add(Instant due, Runnable work) {
    entries.add(new Entry(due, number++, work));
  }

  /** When the next thing is due. */
  synchronized Optional<Instant> next() {
    return Optional.ofNullable(entries.peek()).map(Entry::due);
  }

  /** Takes out the first thing that is due, for the caller to do. */
  synchronized Optional<Runnable> takeDue(Instant now) {
    return next().filter(due -> !due.isAfter(now)).map(due -> entries.remove().work());
  }

  /** Does all that is due, and what that makes due. */
  void runDue(Instant now) {
    for (Optional<Runnable> work = takeDue(now); work.isPresent(); work = takeDue(now)) {
      work.get().run();
    }
  }
}
