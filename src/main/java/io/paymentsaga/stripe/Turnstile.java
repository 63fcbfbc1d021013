package io.paymentsaga.stripe;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;

/**
 * Lets so many calls through a second, the most urgent first and those of a lane in their order.
 * What was not used is kept for a quarter of a second, so that no second ever sees more than five
 * quarters of the rate.
 *
 * <p>Times are nanoseconds since whenever it was made, never less than before. Not thread-safe.
 */
final class Turnstile {
  private static final int BURSTS_A_SECOND = 4;

  /** A place in a lane. */
  static final class Turn {
    private final Lane lane;
    private boolean passed;

    private Turn(Lane lane) {
      this.lane = lane;
    }

    boolean passed() {
      return passed;
    }
  }

  private final long interval;
  private final long credit;
  private final Map<Lane, Deque<Turn>> waiting = new EnumMap<>(Lane.class);
  private final Map<Lane, Long> closedUntil = new EnumMap<>(Lane.class);
  private long nextPass;

  /**
   * @param callsPerSecond 0 for no limit
   */
  Turnstile(int callsPerSecond) {
    interval = callsPerSecond == 0 ? 0 : Duration.ofSeconds(1).toNanos() / callsPerSecond;
    credit = interval * (Math.max(1, callsPerSecond / BURSTS_A_SECOND) - 1);
    for (Lane lane : Lane.values()) {
      waiting.put(lane, new ArrayDeque<>());
      closedUntil.put(lane, 0L);
    }
  }

  Turn join(Lane lane) {
    Turn turn = new Turn(lane);
    waiting.get(lane).addLast(turn);
    return turn;
  }

  /** Gives a place up; one that has passed is gone already. */
  void leave(Turn turn) {
    waiting.get(turn.lane).remove(turn);
  }

  /** Lets through whoever may go by now; returns whether anybody did. */
  boolean turn(long now) {
    boolean turned = false;
    catchUp(now);
    for (Turn first = first(now); first != null && nextPass <= now; first = first(now)) {
      waiting.get(first.lane).removeFirst();
      first.passed = true;
      nextPass += interval;
      turned = true;
    }
    return turned;
  }

  private Turn first(long now) {
    for (Lane lane : Lane.values()) {
      Turn first = waiting.get(lane).peekFirst();
      if (first != null && closedUntil.get(lane) <= now) {
        return first;
      }
    }
    return null;
  }

  /** How long whoever joined this lane now would wait, if nobody more urgent came after. */
  Duration expectedWait(Lane lane, long now) {
    catchUp(now);
    long ahead = 0;
    for (Lane before : Lane.values()) {
      ahead += before.compareTo(lane) <= 0 ? waiting.get(before).size() : 0;
    }
    return Duration.ofNanos(
        Math.max(closedUntil.get(lane) - now, Math.max(0, nextPass + ahead * interval - now)));
  }

  /** When {@link #turn} may have something to do that it has not now. */
  long nextTurn(Lane lane, long now) {
    return Math.max(now, Math.max(nextPass, closedUntil.get(lane)));
  }

  /** Lets nobody through here until then; a longer pause is not cut short. */
  void close(Lane lane, long until) {
    closedUntil.merge(lane, until, Math::max);
  }

  boolean isClosed(Lane lane, long now) {
    return closedUntil.get(lane) > now;
  }

  /** Counts a call that could not be made to wait. */
  void charge(long now) {
    catchUp(now);
    nextPass += interval;
  }

  /** Takes back that somebody passed, for no call was made. */
  void giveBack() {
    nextPass -= interval;
  }

  int waiting(Lane lane) {
    return waiting.get(lane).size();
  }

  /** How many could pass at once; not a number when there is no limit. */
  double free(long now) {
    catchUp(now);
    return interval == 0 ? Double.NaN : Math.max(0, Math.floorDiv(now - nextPass, interval) + 1);
  }

  private void catchUp(long now) {
    nextPass = Math.max(nextPass, now - credit);
  }
}
