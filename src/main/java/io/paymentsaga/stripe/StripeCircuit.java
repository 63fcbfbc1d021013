package io.paymentsaga.stripe;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnStateTransitionEvent;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether Stripe answers at all. When eight of the last ten calls got none, a 5xx, or were told
 * that the key is none, no more are sent; after five seconds one is, to see. What undoes or looks
 * goes first there: a customer's checkout is tried only when nothing else was for a while.
 */
final class StripeCircuit {
  private static final Logger LOG = LoggerFactory.getLogger(StripeCircuit.class);

  private static final int CALLS_LOOKED_AT = 10;
  private static final float UNANSWERED_PERCENT = 80;
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final Duration PAUSE_OF_CHECKOUTS = Duration.ofSeconds(15);

  /** A call that is made to see whether Stripe is back is over well before. */
  private static final Duration LONGEST_TRY = Duration.ofMinutes(1);

  private static final Duration SOON = Duration.ofSeconds(1);

  private final CircuitBreaker breaker =
      CircuitBreaker.of(
          "stripe",
          CircuitBreakerConfig.custom()
              .slidingWindowType(SlidingWindowType.COUNT_BASED)
              .slidingWindowSize(CALLS_LOOKED_AT)
              .minimumNumberOfCalls(CALLS_LOOKED_AT)
              .recordResult(Boolean.FALSE::equals)
              .failureRateThreshold(UNANSWERED_PERCENT)
              .waitDurationInOpenState(PAUSE)
              .permittedNumberOfCallsInHalfOpenState(1)
              .maxWaitDurationInHalfOpenState(LONGEST_TRY)
              .build());
  private volatile long openedAt;

  StripeCircuit() {
    breaker.getEventPublisher().onStateTransition(this::changed);
  }

  private void changed(CircuitBreakerOnStateTransitionEvent event) {
    switch (event.getStateTransition()) {
      case CLOSED_TO_OPEN -> {
        openedAt = System.nanoTime();
        LOG.warn("Stripe does not answer: checkouts are refused, everything else waits");
      }
      case HALF_OPEN_TO_OPEN -> {
        openedAt = System.nanoTime();
        LOG.debug("Stripe still does not answer");
      }
      case HALF_OPEN_TO_CLOSED -> LOG.info("Stripe answers again");
      default -> LOG.debug("{}", event.getStateTransition());
    }
  }

  /** Whether a call would be let through just now, without saying that there is one. */
  boolean lets(Lane lane) {
    return switch (breaker.getState()) {
      case OPEN -> hasBeenOpenFor(lane == Lane.OPEN ? PAUSE_OF_CHECKOUTS : PAUSE);
      case HALF_OPEN -> lane != Lane.OPEN || hasBeenOpenFor(PAUSE_OF_CHECKOUTS);
      default -> true;
    };
  }

  /** Lets a call through, if it may; then one of the two below tells what became of it. */
  boolean pass(Lane lane) {
    return lets(lane) && breaker.tryAcquirePermission();
  }

  /** Whether Stripe answered in a way that something can come of further calls. */
  void heard(boolean answered) {
    breaker.onResult(0, TimeUnit.NANOSECONDS, answered);
  }

  void notUsed() {
    breaker.releasePermission();
  }

  /** When it is worth asking again. */
  Duration pause() {
    Duration left = PAUSE.minusNanos(System.nanoTime() - openedAt);
    return left.compareTo(SOON) > 0 ? left : SOON;
  }

  State state() {
    return breaker.getState();
  }

  /** Whether Stripe answered when it was asked last. */
  boolean isClosed() {
    return state() == State.CLOSED;
  }

  private boolean hasBeenOpenFor(Duration time) {
    return System.nanoTime() - openedAt >= time.toNanos();
  }
}
