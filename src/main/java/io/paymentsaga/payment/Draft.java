package io.paymentsaga.payment;

import io.paymentsaga.payment.Decision.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A payment while it is being decided on: what {@link PaymentDecisions} writes into, and nobody
 * else sees.
 */
final class Draft {
  private final Payment before;
  private final Cause cause;
  private final Instant now;
  private final List<PaymentEvent> events = new ArrayList<>();
  private final List<Refund> refunds = new ArrayList<>();
  private Refund refundToOpen;
  private final List<Refund> haltRefunds = new ArrayList<>();
  private final List<Dispute> disputes = new ArrayList<>();
  private SagaMove saga = new SagaMove.Stay();
  private boolean changed;

  PaymentStatus status;
  String stripeSessionId;
  String stripePaymentIntentId;
  String stripeChargeId;
  String receiptUrl;
  int attempts;
  String lastDeclinedCharge;
  String failureReason;
  String declineCode;
  String cancelReason;
  PaymentStatus closing;
  boolean rollbackAnnounced;
  List<Command> pendingCommands;
  long capturedAmount;
  long refundReserved;
  long refundedAmount;
  Instant completedAt;
  String capturedCurrency;
  int openDisputes;
  long lostAmount;

  Draft(Payment payment, Cause cause, Instant now) {
    this.before = payment;
    this.cause = cause;
    this.now = now;
    status = payment.status();
    stripeSessionId = payment.stripeSessionId();
    stripePaymentIntentId = payment.stripePaymentIntentId();
    stripeChargeId = payment.stripeChargeId();
    receiptUrl = payment.receiptUrl();
    attempts = payment.attempts();
    lastDeclinedCharge = payment.lastDeclinedCharge();
    failureReason = payment.failureReason();
    declineCode = payment.declineCode();
    cancelReason = payment.cancelReason();
    closing = payment.closing();
    rollbackAnnounced = payment.rollbackAnnounced();
    pendingCommands = new ArrayList<>(payment.pendingCommands());
    capturedAmount = payment.capturedAmount();
    refundReserved = payment.refundReserved();
    refundedAmount = payment.refundedAmount();
    completedAt = payment.completedAt();
    capturedCurrency = payment.capturedCurrency();
    openDisputes = payment.openDisputes();
    lostAmount = payment.lostAmount();
  }

  Payment before() {
    return before;
  }

  Instant now() {
    return now;
  }

  /** Whether its outcome is still open: no money has come, and no rollback has begun. */
  boolean isOpen() {
    return status.isUnpaid() && closing == null && capturedAmount == 0;
  }

  /** Whether money came that was not the money asked for, so that an operator has to decide. */
  boolean isHalted() {
    return status.isUnpaid() && closing == null && capturedAmount > 0;
  }

  /** Whether no money can come any more for the payment to keep. */
  boolean isLate() {
    return !status.isUnpaid() || closing != null;
  }

  /** What can still be given back. */
  long left() {
    return Payment.left(capturedAmount, refundReserved, lostAmount);
  }

  /** Whether the currency of the captured money allows an amount. */
  boolean canPay(long amount) {
    return amount % Currencies.step(capturedCurrency) == 0;
  }

  void reserve(Refund refund) {
    refundReserved = Math.addExact(refundReserved, refund.amount());
  }

  /** Moves the payment's status; a move the state machine does not know is a bug. */
  void become(PaymentStatus next) {
    if (next != status && !status.canBecome(next)) {
      throw new IllegalStateException(
          "payment " + before.paymentId() + " cannot go from " + status + " to " + next);
    }
    status = next;
    changed = true;
  }

  void publish(EventType type, Map<String, Object> data) {
    publish(type, cause.eventId(), data);
  }

  void publish(EventType type, String causationId, Map<String, Object> data) {
    events.add(new PaymentEvent(type, before.sequence() + events.size() + 1, causationId, data));
    changed = true;
  }

  void move(SagaMove move) {
    saga = move;
    changed = true;
  }

  void store(Refund refund) {
    refunds.add(refund);
    changed = true;
  }

  void open(Refund refund) {
    reserve(refund);
    refundToOpen = refund;
    changed = true;
  }

  void store(Dispute dispute) {
    disputes.add(dispute);
    changed = true;
  }

  void halt(Refund refund) {
    haltRefunds.add(refund);
    changed = true;
  }

  Decision accepted(String detail) {
    changed = true;
    return decision(Verdict.ACCEPTED, detail);
  }

  Decision answered(Verdict verdict) {
    return decision(verdict, null);
  }

  private Decision decision(Verdict verdict, String detail) {
    Payment after = changed ? payment() : before;
    return new Decision(
        before, after, verdict, detail, events, refunds, refundToOpen, saga, haltRefunds, disputes);
  }

  Payment payment() {
    return new Payment(
        before.paymentId(),
        before.orderId(),
        before.userId(),
        before.currency(),
        before.amount(),
        status,
        before.sagaId(),
        before.correlationId(),
        before.traceparent(),
        before.checkout(),
        before.expiresAt(),
        stripeSessionId,
        stripePaymentIntentId,
        stripeChargeId,
        receiptUrl,
        attempts,
        lastDeclinedCharge,
        failureReason,
        declineCode,
        cancelReason,
        closing,
        rollbackAnnounced,
        List.copyOf(pendingCommands),
        capturedAmount,
        refundReserved,
        refundedAmount,
        before.sequence() + events.size(),
        before.version() + 1,
        before.createdAt(),
        now,
        completedAt,
        capturedCurrency,
        openDisputes,
        lostAmount);
  }
}
