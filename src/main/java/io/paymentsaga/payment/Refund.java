package io.paymentsaga.payment;

import java.time.Instant;

/**
 * One refund as the database holds it: each component is the column of the same name.
 *
 * @param sagaId null when it was made at Stripe itself
 * @param amount minor units of the payment's currency
 * @param reason one of Stripe's three, or null
 * @param commandEvent the command that its end answers, or null
 * @param stripeRefundId null until Stripe has answered
 * @param keyRound counts, from 1, the idempotency keys its call to Stripe has gone under
 */
public record Refund(
    String refundId,
    String paymentId,
    String sagaId,
    long amount,
    Status status,
    String reason,
    String note,
    String failureReason,
    String commandEvent,
    String commandAction,
    String stripeRefundId,
    Instant createdAt,
    Instant updatedAt,
    int keyRound) {

  /** Stripe's own words. */
  public enum Status {
    PENDING,
    SUCCEEDED,
    FAILED,
    CANCELED;

    /** Whether the money is gone, or claimed. */
    public boolean reserves() {
      return this == PENDING || this == SUCCEEDED;
    }

    /** Whether the customer has the money, as far as Stripe knows. */
    public boolean hasSucceeded() {
      return this == SUCCEEDED;
    }
  }

  /** This refund, with the saga that carries it out. */
  public Refund withSaga(String newSagaId) {
    return new Refund(
        refundId,
        paymentId,
        newSagaId,
        amount,
        status,
        reason,
        note,
        failureReason,
        commandEvent,
        commandAction,
        stripeRefundId,
        createdAt,
        updatedAt,
        keyRound);
  }

  /** Whether Stripe is still to be asked for it, as far as anybody knows. */
  boolean isUnsent() {
    return status == Status.PENDING && stripeRefundId == null;
  }

  /** This refund, whose call goes under another idempotency key from now on. */
  Refund underNextKey(Instant at) {
    return new Refund(
        refundId,
        paymentId,
        sagaId,
        amount,
        status,
        reason,
        note,
        failureReason,
        commandEvent,
        commandAction,
        stripeRefundId,
        createdAt,
        at,
        keyRound + 1);
  }

  /** This refund, whose command has its answer: however it ends now, it answers nobody. */
  Refund answered() {
    return new Refund(
        refundId,
        paymentId,
        sagaId,
        amount,
        status,
        reason,
        note,
        failureReason,
        null,
        null,
        stripeRefundId,
        createdAt,
        updatedAt,
        keyRound);
  }

  Refund moved(Status newStatus, String newStripeRefundId, String newFailureReason, Instant at) {
    return new Refund(
        refundId,
        paymentId,
        sagaId,
        amount,
        newStatus,
        reason,
        note,
        newFailureReason,
        commandEvent,
        commandAction,
        newStripeRefundId,
        createdAt,
        at,
        keyRound);
  }
}
