package io.paymentsaga.stripe;

import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.paymentsaga.stripe.Turnstile.Turn;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this instance asks of Stripe: so many calls a second, the most urgent first, none that
 * Stripe wants kept back, and none while Stripe does not answer at all.
 *
 * <p>Promises: a call it refuses was not sent, so that nothing can have come of it; nobody waits
 * longer than the patience of the lane, and who would have to is refused at once. It knows nothing
 * of other instances: each has a budget of its own.
 */
final class StripeBudget {
  private static final Logger LOG = LoggerFactory.getLogger(StripeBudget.class);

  private final StripeCircuit circuit = new StripeCircuit();
  private final StripeAccess access = new StripeAccess();
  private final MeterRegistry registry;
  private final long begin = System.nanoTime();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition turned = lock.newCondition();
  private final Turnstile turnstile;

  /**
   * @param callsPerSecond 0 for no limit
   */
  StripeBudget(int callsPerSecond, MeterRegistry registry) {
    this.turnstile = new Turnstile(callsPerSecond);
    this.registry = registry;
    for (Lane lane : Lane.values()) {
      Gauge.builder("stripe.calls.waiting", () -> measured(seen -> seen.waiting(lane)))
          .tag("lane", lane.label())
          .register(registry);
    }
    Gauge.builder("stripe.calls.free", () -> measured(seen -> seen.free(now()))).register(registry);
    Gauge.builder("stripe.access.refused", access, StripeAccess::refused).register(registry);
    for (State state : new State[] {State.CLOSED, State.OPEN, State.HALF_OPEN}) {
      Gauge.builder("stripe.circuit", () -> circuit.state() == state ? 1 : 0)
          .tag("state", state.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
  }

  /**
   * Waits until a call may be sent. Then either {@link #heard} or {@link #notUsed} must follow.
   *
   * @throws NotSentException when it may not be sent in time
   */
  void admit(Lane lane) throws NotSentException {
    if (!circuit.lets(lane)) {
      throw unreachable(lane);
    }
    if (lane == Lane.OPEN && !access.letsCheckout()) {
      throw keyRefused(lane);
    }
    awaitTurn(lane);
    if (lane == Lane.OPEN && !access.passCheckout()) {
      giveBack();
      throw keyRefused(lane);
    }
    if (!circuit.pass(lane)) {
      giveBack();
      throw unreachable(lane);
    }
  }

  private NotSentException unreachable(Lane lane) {
    return refused(lane, "circuit", "Stripe does not answer", circuit.pause());
  }

  private NotSentException keyRefused(Lane lane) {
    return refused(lane, "access", "Stripe lets no checkout in", access.pause());
  }

  private void awaitTurn(Lane lane) throws NotSentException {
    lock.lock();
    try {
      long now = now();
      long deadline = now + lane.patience().toNanos();
      if (now + turnstile.expectedWait(lane, now).toNanos() > deadline) {
        throw tooMany(lane, now);
      }
      Turn turn = turnstile.join(lane);
      try {
        awaitTurn(lane, turn, deadline);
      } finally {
        turnstile.leave(turn);
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw refused(lane, "stop", "The service stops", lane.patience());
    } finally {
      lock.unlock();
    }
  }

  private void awaitTurn(Lane lane, Turn turn, long deadline)
      throws NotSentException, InterruptedException {
    while (true) {
      long now = now();
      if (turnstile.turn(now)) {
        turned.signalAll();
      }
      if (turn.passed()) {
        return;
      }
      long next = turnstile.nextTurn(lane, now);
      if (next > deadline) {
        throw tooMany(lane, now);
      }
      var unused = turned.awaitNanos(next - now);
    }
  }

  private NotSentException tooMany(Lane lane, long now) {
    return turnstile.isClosed(lane, now)
        ? refused(lane, "pause", "Stripe asks for patience", turnstile.expectedWait(lane, now))
        : refused(lane, "limit", "Too many calls wait", turnstile.expectedWait(lane, now));
  }

  private NotSentException refused(Lane lane, String cause, String reason, Duration pause) {
    registry.counter("stripe.calls.refused", "lane", lane.label(), "cause", cause).increment();
    return new NotSentException(reason, pause);
  }

  /** Counts a repeat, which the SDK makes by itself and which waits for nobody. */
  void charge() {
    lock.lock();
    try {
      turnstile.charge(now());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Stripe answered the call, be it ever so unkindly. That it takes the key for none is as good as
   * no answer: nothing comes of any call until somebody has mended it.
   *
   * @param operation the call's method and its path without ids
   */
  void heard(String operation, int status) {
    access.heard(operation, status);
    circuit.heard(!StripeAccess.isRefusalOfKey(status));
  }

  /** Whether Stripe answered the call, if only to be asked for patience, or failed. */
  void heard(boolean answered) {
    circuit.heard(answered);
  }

  /** The call was not made after all. */
  void notUsed() {
    circuit.notUsed();
    giveBack();
  }

  private void giveBack() {
    lock.lock();
    try {
      turnstile.giveBack();
      turned.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Stripe asked for patience: nothing goes for so long, but that what undoes goes on until it is
   * asked itself.
   */
  void pause(Lane asked, Duration pause) {
    lock.lock();
    try {
      long now = now();
      boolean news = !turnstile.isClosed(Lane.OPEN, now);
      for (Lane lane : Lane.values()) {
        if (lane != Lane.UNDO || asked == Lane.UNDO) {
          turnstile.close(lane, now + pause.toNanos());
        }
      }
      if (news) {
        LOG.warn("Stripe asks for patience: calls wait for {} s", pause.toSeconds());
      }
      turned.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether Stripe answers, as far as anybody here knows. */
  boolean isStripeThere() {
    return circuit.isClosed();
  }

  /** Whether Stripe takes the key for all that was asked lately. */
  boolean isLetIn() {
    return access.refused() == 0;
  }

  private double measured(ToDoubleFunction<Turnstile> figure) {
    lock.lock();
    try {
      return figure.applyAsDouble(turnstile);
    } finally {
      lock.unlock();
    }
  }

  private long now() {
    return System.nanoTime() - begin;
  }
}
