package io.paymentsaga.payment;

import java.time.Instant;
import java.util.List;

/**
 * One payment as the database holds it: each component is the column of the same name.
 *
 * @param amount minor units of {@code currency}
 * @param checkout what was asked for, as it was first sent to Stripe; the database keeps what says
 *     who the customer is in a table of its own
 * @param expiresAt when the customer can no longer pay
 * @param attempts how many cards were declined
 * @param closing what this payment becomes once no money can come any more; null until its rollback
 *     begins
 * @param pendingCommands commands of other services that the end of the rollback answers
 * @param refundReserved pending and succeeded refunds together, minor units
 * @param refundedAmount succeeded refunds together, minor units
 * @param sequence of the last event published for it
 * @param version counts its writes
 * @param capturedCurrency of the captured, refunded and lost amounts: the payment's own, unless
 *     something else was captured than was asked for; null until then
 * @param openDisputes how many are not decided; no refund is sent to Stripe meanwhile
 * @param lostAmount lost disputes together, minor units
 */
public record Payment(
    String paymentId,
    String orderId,
    String userId,
    String currency,
    long amount,
    PaymentStatus status,
    String sagaId,
    String correlationId,
    String traceparent,
    Checkout checkout,
    Instant expiresAt,
    String stripeSessionId,
    String stripePaymentIntentId,
    String stripeChargeId,
    String receiptUrl,
    int attempts,
    String lastDeclinedCharge,
    String failureReason,
    String declineCode,
    String cancelReason,
    PaymentStatus closing,
    boolean rollbackAnnounced,
    List<Command> pendingCommands,
    long capturedAmount,
    long refundReserved,
    long refundedAmount,
    long sequence,
    long version,
    Instant createdAt,
    Instant updatedAt,
    Instant completedAt,
    String capturedCurrency,
    int openDisputes,
    long lostAmount) {

  /** What the customer is to pay. */
  public Money money() {
    return new Money(amount, currency);
  }

  /** Captured money that no refund has claimed and no bank has taken back, in minor units. */
  public long refundable() {
    return left(capturedAmount, refundReserved, lostAmount);
  }

  /** What a bank takes back may have been given back before: nothing is left then, and no less. */
  static long left(long captured, long reserved, long lost) {
    return Math.max(0, Math.subtractExact(captured, Math.addExact(reserved, lost)));
  }

  /** Whether a dispute is not decided yet. */
  public boolean disputed() {
    return openDisputes > 0;
  }

  /** Whether a rollback has begun: whatever money still comes is given back. */
  public boolean rollbackBegun() {
    return closing != null;
  }
}
