package io.paymentsaga.payment;

/**
 * Everything that can happen to a payment after it was created, wherever it comes from. A signal
 * says what was found out or asked for; {@link PaymentDecisions} alone says what it means.
 */
public sealed interface Signal {

  /** The Checkout Session is open and the customer can pay. */
  record SessionOpened(String sessionId) implements Signal {}

  /**
   * Stripe would not open a Checkout Session, or nobody knows whether it did: nothing may come of
   * it.
   */
  record CheckoutFailed(String reason) implements Signal {}

  /** The customer has finished; the money is not final. */
  record ProcessingStarted(String paymentIntentId) implements Signal {}

  /**
   * The money is in.
   *
   * @param money what was captured, which need not be what was asked for
   */
  record Captured(Money money, String paymentIntentId) implements Signal {}

  /** The charge behind the money is known. */
  record ReceiptIssued(String chargeId, String receiptUrl) implements Signal {}

  /**
   * A card was declined; the session is still open.
   *
   * @param chargeId tells one attempt from another; null when Stripe names none
   * @param declineCode Stripe's code, or null
   * @param tryAgain whether the customer may try another card in the same session
   */
  record AttemptDeclined(String chargeId, String declineCode, String reason, boolean tryAgain)
      implements Signal {}

  /** Nothing was paid in time: the session was seen to have ended. */
  record SessionExpired() implements Signal {}

  /**
   * Stripe has announced that nothing will be paid; the session itself is still to be looked at.
   */
  record SessionEndAnnounced() implements Signal {}

  /** The money that was under way will not come. */
  record ProcessingFailed(String declineCode, String reason) implements Signal {}

  /**
   * Somebody wants this payment not to be.
   *
   * @param becoming FAILED or CANCELLED: what an unpaid payment becomes
   * @param ifPaid what a paid one gets
   * @param refundAmount how much a paid one gets back, minor units; null means all that is left
   * @param command the command this answers, or null
   * @param refundId the id of the refund, should there be one
   */
  record CancelRequested(
      PaymentStatus becoming,
      String reason,
      IfPaid ifPaid,
      Long refundAmount,
      Command command,
      String refundId)
      implements Signal {}

  /** A command could not be followed; whoever sent it is told. */
  record CommandRefused(Command command) implements Signal {}

  /** What to do with a payment that turns out to be paid. */
  enum IfPaid {
    REFUND,
    REFUSE
  }

  /** The order was cancelled by the order service. */
  record OrderCancelled(String reason, String cancelledBy, String refundId) implements Signal {}

  /** The order service has announced the order. */
  record OrderCreated() implements Signal {}

  /** The participants are to be told to undo what they did. */
  record RollbackAnnounced() implements Signal {}

  /**
   * The Checkout Session can take no money any more.
   *
   * @param sessionId null when there never was one
   */
  record SessionClosed(String sessionId) implements Signal {}

  /** Everything at Stripe is closed: the payment gets the status its rollback began with. */
  record PaymentClosed() implements Signal {}

  /** Every compensation of the payment's saga is done. */
  record RollbackCompleted() implements Signal {}

  /**
   * Somebody wants money back.
   *
   * @param amount minor units; null means all that is left
   */
  record RefundRequested(String refundId, Long amount, String reason, String note)
      implements Signal {}

  /**
   * What Stripe says of a refund.
   *
   * @param refundId ours; made up when Stripe names none, since it was made there
   * @param amount minor units
   */
  record RefundReported(
      String refundId,
      String stripeRefundId,
      long amount,
      Refund.Status status,
      String reason,
      String failureReason)
      implements Signal {}

  /**
   * Stripe has not made this refund, and will not make it under the idempotency key it was asked
   * under.
   */
  record RefundNotMade(String refundId, String reason) implements Signal {}

  /**
   * What Stripe says of a dispute.
   *
   * @param stripeStatus Stripe's own word for the status
   * @param reason Stripe's, or null
   */
  record DisputeReported(
      String disputeId, Money money, Dispute.Status status, String stripeStatus, String reason)
      implements Signal {}

  /** Stripe will not make this refund: an operator must look. */
  record RefundRefused(String refundId, String reason) implements Signal {}

  /**
   * An operator wants the payment undone, whatever has become of it.
   *
   * @param refundId the id of the refund, should there be one
   */
  record CompensationOrdered(String reason, String refundId) implements Signal {}

  /** An operator has settled by hand what a saga could not. */
  record Resolved(Resolution resolution, String reason) implements Signal {}

  /** An operator has settled by hand a refund that nobody will hear of from Stripe. */
  record RefundResolved(String refundId, Resolution resolution, String reason) implements Signal {}

  /** How a saga an operator has settled ended in truth. */
  enum Resolution {
    COMPLETED,
    COMPENSATED
  }
}
