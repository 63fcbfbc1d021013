package io.paymentsaga.http.server;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;

/** Calls of one kind: so many are worked on, some more wait in turn, the others are refused. */
final class CallLane {
  private final int threads;
  private final int mostWaiting;
  private final Duration patience;
  private final Queue<CallTurn> waiting = new ArrayDeque<>();
  private int busy;

  CallLane(int threads, int mostWaiting, Duration patience) {
    this.threads = threads;
    this.mostWaiting = mostWaiting;
    this.patience = patience;
  }

  private enum Entry {
    PASSES,
    WAITS,
    IS_REFUSED
  }

  void enter(CallTurn turn) {
    switch (admit(turn)) {
      case PASSES -> turn.pass();
      case WAITS -> turn.await(patience);
      case IS_REFUSED -> turn.refuse();
    }
  }

  private synchronized Entry admit(CallTurn turn) {
    if (busy < threads) {
      busy++;
      return Entry.PASSES;
    }
    return waiting.size() < mostWaiting && waiting.add(turn) ? Entry.WAITS : Entry.IS_REFUSED;
  }

  /** Gives the thread of a call to the one that has waited longest. */
  void leave() {
    CallTurn next;
    synchronized (this) {
      next = waiting.poll();
      if (next == null) {
        busy--;
      }
    }
    if (next != null) {
      next.passAtLast();
    }
  }

  /** Whether the call was waiting still; it does not any more. */
  synchronized boolean giveUp(CallTurn turn) {
    return waiting.remove(turn);
  }
}
