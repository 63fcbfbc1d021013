package io.paymentsaga.sandbox.stripe;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * Stripe's own time: the true time, and as far ahead of it as it was moved. It goes on by itself
 * and never back.
 */
final class SimulatedClock extends Clock {
  private final Clock truth = Clock.systemUTC();
  private volatile Duration ahead = Duration.ZERO;

  @Override
  public Instant instant() {
    return trueTime().plus(ahead);
  }

  /** What the clocks of callers say who did not move along. */
  Instant trueTime() {
    return truth.instant();
  }

  Duration ahead() {
    return ahead;
  }

  /** Does nothing when it is later already. */
  void moveTo(Instant time) {
    runAhead(Duration.between(trueTime(), time));
  }

  /** Does nothing when it is further ahead already. */
  synchronized void runAhead(Duration ofTheTrueTime) {
    if (ofTheTrueTime.compareTo(ahead) > 0) {
      ahead = ofTheTrueTime;
    }
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException("Stripe counts in UTC");
  }
}
