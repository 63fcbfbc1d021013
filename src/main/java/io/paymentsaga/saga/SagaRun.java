package io.paymentsaga.saga;

import io.paymentsaga.saga.SagaStore.ClaimedSaga;
import io.paymentsaga.saga.SagaStore.PendingStep;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.camel.util.ObjectHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What is done with a saga that was claimed, until it is given back. Every way out gives the lease
 * back, ends the saga, or finds the lease lost.
 */
final class SagaRun {
  private static final Logger LOG = LoggerFactory.getLogger(SagaRun.class);

  private final SagaStore store;
  private final TransactionTemplate transaction;
  private final SagaHooks hooks;
  private final StepEndpoints endpoints;
  private final SagaSettings settings;
  private final Backoff backoff;
  private final BooleanSupplier goesOn;

  SagaRun(
      SagaStore store,
      TransactionTemplate transaction,
      SagaHooks hooks,
      StepEndpoints endpoints,
      SagaSettings settings,
      Backoff backoff,
      BooleanSupplier goesOn) {
    this.store = store;
    this.transaction = transaction;
    this.hooks = hooks;
    this.endpoints = endpoints;
    this.settings = settings;
    this.backoff = backoff;
    this.goesOn = goesOn;
  }

  /** Whether the saga is due again at once. */
  boolean run(ClaimedSaga saga) {
    if (!goesOn.getAsBoolean()) {
      return release(saga, Duration.ZERO, 0);
    }
    return switch (saga.state()) {
      case STARTED, PAYMENT_CREATED, AWAITING_PAYMENT, PAYMENT_PROCESSING -> look(saga);
      case PAYMENT_FAILED -> compensate(saga);
      case COMPENSATING -> conclude(saga, Conclusion.COMPENSATION);
      case PAYMENT_COMPLETED -> conclude(saga, Conclusion.COMPLETION);
      case COMPLETED, COMPENSATED, FAILED ->
          throw new IllegalStateException("Nothing is due in state " + saga.state());
    };
  }

  private boolean look(ClaimedSaga saga) {
    Optional<Duration> pause;
    Optional<String> error = Optional.empty();
    try {
      pause =
          hooks.due(
              new DueSaga(
                  saga.lease().sagaId(),
                  saga.kind(),
                  saga.state(),
                  saga.deadlinePassed(),
                  saga.checks()));
    } catch (RuntimeException e) {
      LOG.warn("{}: the look at it failed", name(saga), e);
      pause = Optional.of(backoff.after(saga.checks()));
      error = Optional.of(ErrorText.of(e));
    }
    return dueAgain(saga, store.releaseLookedAt(saga, pause, error));
  }

  private boolean compensate(ClaimedSaga saga) {
    boolean moved =
        store
            .move(
                saga.lease().sagaId(),
                Set.of(SagaState.PAYMENT_FAILED),
                SagaState.COMPENSATING,
                Set.of(),
                SagaCause.of("recovery"),
                Optional.empty())
            .map(SagaStore.Move::accepted)
            .orElse(false);
    if (moved) {
      LOG.info("{}: {} -> {}", name(saga), saga.state(), SagaState.COMPENSATING);
    }
    return release(saga, Duration.ZERO, 0);
  }

  private boolean conclude(ClaimedSaga saga, Conclusion conclusion) {
    for (PendingStep step : store.pendingSteps(saga.lease().sagaId(), conclusion)) {
      if (!goesOn.getAsBoolean()
          || !store.beginRun(saga.lease(), step, conclusion, settings.lease())) {
        return release(saga, Duration.ZERO, 0);
      }
      Optional<Exception> failure = endpoints.call(saga, step, step.attempts() + 1);
      if (failure.isPresent()) {
        return failed(saga, conclusion, step, failure.get());
      }
      if (!store.recordRun(saga.lease(), step, conclusion)) {
        return lost(saga);
      }
      LOG.info("{}: {} of {} done", name(saga), conclusion.word(), step.name());
    }
    return end(saga, conclusion);
  }

  private boolean failed(
      ClaimedSaga saga, Conclusion conclusion, PendingStep step, Exception failure) {
    StepPendingException pending = ObjectHelper.getException(StepPendingException.class, failure);
    if (pending != null) {
      return pending(saga, conclusion, step, pending);
    }
    hooks.failed(saga.lease().sagaId(), step.name(), conclusion.end());
    String error = ErrorText.of(failure);
    int failures = step.attempts() % settings.attempts();
    if (failures + 1 == settings.attempts()) {
      String reason = "The " + conclusion.word() + " of " + step.name() + " failed: " + error;
      boolean stuck = store.giveUpStep(saga.lease(), conclusion, step, error, reason);
      return gaveUp(saga, reason, failure, stuck);
    }
    Duration pause = backoff.after(failures);
    LOG.warn(
        "{}: {} of {} failed, again in {}",
        name(saga),
        conclusion.word(),
        step.name(),
        pause,
        failure);
    if (!store.recordFailedRun(saga.lease(), step, conclusion, error, pause)) {
      return lost(saga);
    }
    return false;
  }

  private boolean pending(
      ClaimedSaga saga, Conclusion conclusion, PendingStep step, StepPendingException pending) {
    if (pending.longest().filter(longest -> saga.inState().compareTo(longest) > 0).isEmpty()) {
      return release(saga, pending.retryAfter(), 0);
    }
    String error = "It takes too long: not finished after " + saga.inState().toDays() + " days";
    String reason = "The " + conclusion.word() + " of " + step.name() + " takes too long";
    boolean stuck = store.giveUpStep(saga.lease(), conclusion, step, error, reason);
    return gaveUp(saga, reason, pending, stuck);
  }

  private boolean end(ClaimedSaga saga, Conclusion conclusion) {
    boolean ended;
    try {
      ended =
          Boolean.TRUE.equals(
              transaction.execute(
                  status -> {
                    hooks.ending(saga.lease().sagaId(), conclusion.end());
                    boolean flipped = store.end(saga.lease(), conclusion);
                    if (!flipped) {
                      status.setRollbackOnly();
                    }
                    return flipped;
                  }));
    } catch (RuntimeException e) {
      return endFailed(saga, conclusion, e);
    }
    if (!ended) {
      return release(saga, Duration.ZERO, 0);
    }
    LOG.info("{}: {} -> {}", name(saga), saga.state(), conclusion.end());
    return false;
  }

  private boolean endFailed(ClaimedSaga saga, Conclusion conclusion, RuntimeException failure) {
    if (saga.checks() + 1 >= settings.attempts()) {
      String reason = "Ending it failed: " + ErrorText.of(failure);
      return gaveUp(saga, reason, failure, store.giveUpEnd(saga.lease(), conclusion, reason));
    }
    Duration pause = backoff.after(saga.checks());
    LOG.warn("{}: ending it failed, again in {}", name(saga), pause, failure);
    return release(saga, pause, 1);
  }

  private boolean gaveUp(ClaimedSaga saga, String reason, Exception failure, boolean stuck) {
    if (!stuck) {
      return release(saga, Duration.ZERO, 0);
    }
    LOG.error("{}: FAILED, an operator is needed: {}", name(saga), reason, failure);
    return false;
  }

  private boolean release(ClaimedSaga saga, Duration pause, int checks) {
    return dueAgain(saga, store.release(saga.lease(), pause, checks));
  }

  private static boolean dueAgain(ClaimedSaga saga, Optional<Boolean> released) {
    return released.isPresent() ? released.get() : lost(saga);
  }

  /** Nothing is to be done about it here. */
  private static boolean lost(ClaimedSaga saga) {
    LOG.warn("{}: the lease was lost, another instance goes on", name(saga));
    return false;
  }

  private static String name(ClaimedSaga saga) {
    return "Saga " + saga.lease().sagaId() + " (" + saga.correlationId() + ")";
  }
}
