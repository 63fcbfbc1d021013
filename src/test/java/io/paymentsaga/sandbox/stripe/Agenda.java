package io.paymentsaga.sandbox.stripe;

import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/** What happens by itself once the clock has reached its time. */
final class Agenda {
  private record Entry(Instant due, long number, Runnable work) {}

  private final PriorityQueue<Entry> entries =
      new PriorityQueue<>(Comparator.comparing(Entry::due).thenComparing(Entry::number));
  private long number;

  void add(Instant due, Runnable work) {
    entries.add(new Entry(due, number++, work));
  }

  void runDue(Instant now) {
    while (!entries.isEmpty() && !entries.peek().due().isAfter(now)) {
      entries.remove().work().run();
    }
  }
}
