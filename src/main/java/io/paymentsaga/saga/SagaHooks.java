package io.paymentsaga.saga;

import java.time.Duration;
import java.util.Optional;

/** What an application adds to the recovery of its sagas. */
public interface SagaHooks {

  /**
   * Looks at a saga that is still active: its deadline has passed, or it is time for a look. Called
   * outside any transaction, by one instance at a time for one saga; it may call other systems, and
   * it is what must act on a deadline ({@link JdbcSagaService#compensateAfterDeadline} does).
   *
   * <p>An exception is logged, kept as the saga's reason, and followed by another look.
   *
   * @return the pause before the next look, cut short by the deadline; when empty, the next look is
   *     at the deadline, in an hour without one, in a minute after it
   */
  Optional<Duration> due(DueSaga saga);

  /**
   * Called each time the compensation or completion of a step has failed and counts as an attempt.
   *
   * @param end what the saga is on its way to
   */
  default void failed(String sagaId, String step, SagaState end) {}

  /**
   * Called when the last compensation or completion has run, in the transaction that then ends the
   * saga and before it touches the saga: what is written here commits with the end or not at all.
   * After an exception it is called again.
   *
   * <p>Not called when the caller ends the saga itself: {@link JdbcSagaService#advance} to an end,
   * or completing a saga that has no completions.
   */
  default void ending(String sagaId, SagaState end) {}
}
