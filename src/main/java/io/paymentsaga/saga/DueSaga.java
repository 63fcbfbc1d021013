package io.paymentsaga.saga;

/**
 * An active saga that is due for a look.
 *
 * @param checks how many looks there have been since it came to this state
 */
public record DueSaga(
    String sagaId, String kind, SagaState state, boolean deadlinePassed, int checks) {}
