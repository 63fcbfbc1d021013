package io.paymentsaga.payment;

import io.paymentsaga.payment.Command.Outcome;
import io.paymentsaga.payment.Decision.Verdict;
import io.paymentsaga.payment.SagaMove.Progress;
import io.paymentsaga.payment.Signal.IfPaid;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What every signal means for every payment: the one pure function behind the one door.
 *
 * <p>Promises: the status only moves along {@link PaymentStatus#canBecome}; each event takes the
 * next sequence number; a signal that came late, twice or out of order never completes a payment
 * whose rollback has begun, and never loses captured money. It makes no promise about signals of
 * another payment: the caller brings the payment a signal belongs to.
 */
public final class PaymentDecisions {
  /** Stripe expires a session itself; only then is it asked why nothing was heard. */
  private static final Duration AFTER_EXPIRY = Duration.ofMinutes(1);

  /** Bank debits take up to 14 business days (docs.stripe.com/payments/bank-debits). */
  private static final Duration LONGEST_PROCESSING = Duration.ofDays(21);

  private final DeclinePolicy declinePolicy;

  public PaymentDecisions(DeclinePolicy declinePolicy) {
    this.declinePolicy = declinePolicy;
  }

  /**
   * Decides.
   *
   * @param refunds all of the payment's refunds
   * @param disputes all of the payment's disputes; only what is said of a dispute needs them
   * @param now when the signal is taken, UTC
   */
  public Decision decide(
      Payment payment,
      List<Refund> refunds,
      List<Dispute> disputes,
      Signal signal,
      Cause cause,
      Instant now) {
    Draft draft = new Draft(payment, cause, now);
    if (signal instanceof Signal.SessionOpened opened) {
      return sessionOpened(draft, opened);
    } else if (signal instanceof Signal.CheckoutFailed failed) {
      return checkoutFailed(draft, failed);
    } else if (signal instanceof Signal.ProcessingStarted started) {
      return processingStarted(draft, started);
    } else if (signal instanceof Signal.Captured captured) {
      return captured(draft, captured);
    } else if (signal instanceof Signal.ReceiptIssued receipt) {
      return receiptIssued(draft, receipt);
    } else if (signal instanceof Signal.AttemptDeclined declined) {
      return attemptDeclined(draft, declined);
    } else if (signal instanceof Signal.SessionExpired) {
      return sessionExpired(draft);
    } else if (signal instanceof Signal.SessionEndAnnounced) {
      return sessionEndAnnounced(draft);
    } else if (signal instanceof Signal.ProcessingFailed failed) {
      return processingFailed(draft, failed);
    } else if (signal instanceof Signal.CancelRequested requested) {
      return cancelRequested(draft, requested);
    } else if (signal instanceof Signal.CommandRefused refused) {
      return commandRefused(draft, refused);
    } else if (signal instanceof Signal.OrderCancelled cancelled) {
      return orderCancelled(draft, cancelled);
    } else if (signal instanceof Signal.OrderCreated) {
      return draft.accepted(null);
    } else if (signal instanceof Signal.RollbackAnnounced) {
      return rollbackAnnounced(draft);
    } else if (signal instanceof Signal.SessionClosed closed) {
      return sessionClosed(draft, closed);
    } else if (signal instanceof Signal.PaymentClosed) {
      return paymentClosed(draft);
    } else if (signal instanceof Signal.RollbackCompleted) {
      return rollbackCompleted(draft);
    } else if (signal instanceof Signal.RefundRequested requested) {
      return RefundDecisions.requested(draft, requested);
    } else if (signal instanceof Signal.RefundReported reported) {
      return RefundDecisions.reported(draft, refunds, reported);
    } else if (signal instanceof Signal.RefundRefused refused) {
      return RefundDecisions.refused(draft, refunds, refused);
    } else if (signal instanceof Signal.RefundNotMade notMade) {
      return RefundDecisions.notMade(draft, refunds, notMade);
    } else if (signal instanceof Signal.RefundResolved resolved) {
      return RefundDecisions.resolved(draft, refunds, resolved);
    } else if (signal instanceof Signal.DisputeReported reported) {
      return DisputeDecisions.reported(draft, refunds, disputes, reported);
    } else if (signal instanceof Signal.CompensationOrdered ordered) {
      return compensationOrdered(draft, ordered);
    } else if (signal instanceof Signal.Resolved resolved) {
      return resolved(draft, resolved);
    }
    throw new IllegalArgumentException("no such signal: " + signal);
  }

  private static Decision sessionOpened(Draft draft, Signal.SessionOpened opened) {
    if (opened.sessionId().equals(draft.stripeSessionId)) {
      return draft.answered(Verdict.NOTHING_TO_DO);
    }
    draft.stripeSessionId = opened.sessionId();
    if (draft.status != PaymentStatus.PENDING || !draft.isOpen()) {
      return draft.accepted("opened too late");
    }
    PaymentEvents.initiated(draft);
    draft.move(
        new SagaMove.Advance(
            Progress.AWAITING_PAYMENT,
            List.of("open-checkout-session", "announce-payment"),
            draft.before().expiresAt().plus(AFTER_EXPIRY)));
    return draft.accepted(null);
  }

  private static Decision checkoutFailed(Draft draft, Signal.CheckoutFailed failed) {
    // Whoever looked may have looked just before the session was opened.
    boolean opened = draft.stripeSessionId != null;
    if (opened || draft.status != PaymentStatus.PENDING || !draft.isOpen()) {
      return draft.answered(Verdict.NOTHING_TO_DO);
    }
    return rollBack(draft, PaymentStatus.FAILED, failed.reason(), null);
  }

  private static Decision processingStarted(Draft draft, Signal.ProcessingStarted started) {
    if (draft.status != PaymentStatus.PENDING || !draft.isOpen()) {
      return draft.answered(Verdict.NOTHING_TO_DO);
    }
    draft.stripePaymentIntentId = started.paymentIntentId();
    draft.become(PaymentStatus.PROCESSING);
    PaymentEvents.processing(draft);
    draft.move(
        new SagaMove.Advance(
            Progress.PAYMENT_PROCESSING, List.of(), draft.now().plus(LONGEST_PROCESSING)));
    return draft.accepted(null);
  }

  private static Decision captured(Draft draft, Signal.Captured captured) {
    if (draft.capturedAmount > 0) {
      return draft.answered(Verdict.NOTHING_TO_DO);
    }
    Payment payment = draft.before();
    draft.stripePaymentIntentId = captured.paymentIntentId();
    draft.capturedAmount = captured.money().amount();
    draft.capturedCurrency = captured.money().currency();
    if (draft.isLate()) {
      return lateMoney(draft, captured.money());
    }
    if (!captured.money().equals(payment.money())) {
      String detail = difference(captured.money(), payment.money());
      draft.move(new SagaMove.Halt(detail));
      return draft.accepted(detail);
    }
    draft.become(PaymentStatus.COMPLETED);
    draft.completedAt = draft.now();
    PaymentEvents.completed(draft);
    draft.move(new SagaMove.Complete());
    return draft.accepted(null);
  }

  /**
   * It is given back, by one refund a payment at the most, so that its id can be made of the
   * payment's. Money in another currency than anybody asked for waits for an operator's word.
   */
  private static Decision lateMoney(Draft draft, Money money) {
    Refund refund =
        RefundDecisions.refund(
            draft, "late-" + draft.before().paymentId(), money.amount(), null, "late money", null);
    draft.open(refund);
    if (!money.currency().equals(draft.before().currency())) {
      draft.halt(refund);
      return draft.accepted(difference(money, draft.before().money()) + ", and too late");
    }
    return draft.accepted("the money came too late and is given back");
  }

  private static String difference(Money captured, Money asked) {
    return "captured %d %s instead of %d %s"
        .formatted(captured.amount(), captured.currency(), asked.amount(), asked.currency());
  }

  private static Decision receiptIssued(Draft draft, Signal.ReceiptIssued receipt) {
    if (receipt.chargeId().equals(draft.stripeChargeId)) {
      return draft.answered(Verdict.NOTHING_TO_DO);
    }
    draft.stripeChargeId = receipt.chargeId();
    draft.receiptUrl = receipt.receiptUrl();
    return draft.accepted(null);
  }

  private Decision attemptDeclined(Draft draft, Signal.AttemptDeclined declined) {
    boolean again =
        declined.chargeId() != null && declined.chargeId().equals(draft.lastDeclinedCharge);
    if (!draft.status.isUnpaid() || draft.capturedAmount > 0 || again) {
      return draft.answered(Verdict.NOTHING_TO_DO);
    }
    draft.attempts++;
    draft.lastDeclinedCharge = declined.chargeId();
    if (draft.closing != null) {
      return draft.accepted(declined.declineCode());
    }
    draft.declineCode = declined.declineCode();
    draft.failureReason = declined.reason();
    if (declined.tryAgain() && declinePolicy == DeclinePolicy.RETRY_UNTIL_EXPIRY) {
      return draft.accepted(declined.declineCode());
    }
    return rollBack(draft, PaymentStatus.FAILED, declined.reason(), null);
  }

  private static Decision sessionExpired(Draft draft) {
    if (!draft.isOpen()) {
      return draft.answered(Verdict.NOTHING_TO_DO);
    }
    if (draft.status == PaymentStatus.PROCESSING) {
      return rollBack(draft, PaymentStatus.FAILED, "canceled at Stripe", null);
    }
    return draft.attempts > 0
        ? rollBack(draft, PaymentStatus.FAILED, draft.failureReason, null)
        : rollBack(draft, PaymentStatus.CANCELLED, "expired", null);
  }

  /** An announcement may be old, and what it says of a session that was paid since is not true. */
  private static Decision sessionEndAnnounced(Draft draft) {
    if (!draft.isOpen()) {
      return draft.answered(Verdict.NOTHING_TO_DO);
    }
    draft.move(new SagaMove.Look());
    return draft.accepted("Stripe is asked");
  }

  private static Decision processingFailed(Draft draft, Signal.ProcessingFailed failed) {
    if (!draft.isOpen()) {
      return draft.answered(Verdict.NOTHING_TO_DO);
    }
    if (failed.declineCode() != null) {
      draft.declineCode = failed.declineCode();
    }
    return rollBack(draft, PaymentStatus.FAILED, failed.reason(), null);
  }

  private static Decision cancelRequested(Draft draft, Signal.CancelRequested requested) {
    if (draft.status.isUnpaid()) {
      if (draft.isHalted()) {
        return draft.answered(Verdict.ALREADY_CAPTURED);
      }
      return rollBack(draft, requested.becoming(), requested.reason(), requested.command());
    }
    if (draft.status.isPaid() && requested.ifPaid() == IfPaid.REFUND) {
      return giveBack(draft, requested);
    }
    boolean captured = draft.status.isPaid() || draft.status == PaymentStatus.REFUNDED;
    if (captured && requested.ifPaid() == IfPaid.REFUSE) {
      return draft.answered(Verdict.ALREADY_CAPTURED);
    }
    return nothingToDo(draft, requested.command());
  }

  private static Decision orderCancelled(Draft draft, Signal.OrderCancelled cancelled) {
    if (draft.isHalted() || draft.status.isPaid()) {
      return giveBack(
          draft,
          new Signal.CancelRequested(
              PaymentStatus.CANCELLED,
              cancelled.reason(),
              IfPaid.REFUND,
              null,
              null,
              cancelled.refundId()));
    }
    if (draft.status.isUnpaid()) {
      draft.closing = draft.closing == null ? null : PaymentStatus.CANCELLED;
      return rollBack(draft, PaymentStatus.CANCELLED, cancelled.reason(), null);
    }
    if (draft.status == PaymentStatus.FAILED) {
      draft.become(PaymentStatus.CANCELLED);
      draft.cancelReason = cancelled.reason();
      PaymentEvents.cancelled(draft, PaymentStatus.FAILED);
      return draft.accepted(cancelled.reason());
    }
    return draft.accepted("nothing to do");
  }

  /** Begins the rollback, or joins the one that has begun. */
  private static Decision rollBack(
      Draft draft, PaymentStatus becoming, String reason, Command command) {
    if (command != null) {
      draft.pendingCommands.add(command);
    }
    if (draft.closing == null) {
      draft.closing = becoming;
      draft.move(new SagaMove.Compensate(becoming == PaymentStatus.FAILED));
    }
    if (draft.closing == PaymentStatus.FAILED) {
      draft.failureReason = draft.failureReason == null ? reason : draft.failureReason;
    } else {
      draft.cancelReason = draft.cancelReason == null ? reason : draft.cancelReason;
    }
    return draft.accepted(reason);
  }

  private static Decision giveBack(Draft draft, Signal.CancelRequested requested) {
    long left = draft.left();
    if (left == 0) {
      return nothingToDo(draft, requested.command());
    }
    long amount = requested.refundAmount() == null ? left : requested.refundAmount();
    if (requested.refundAmount() != null && !draft.canPay(amount)) {
      return draft.answered(Verdict.NOT_PAYABLE);
    }
    if (amount > left) {
      return draft.answered(Verdict.MORE_THAN_LEFT);
    }
    draft.open(
        RefundDecisions.refund(
            draft,
            requested.refundId(),
            amount,
            "requested_by_customer",
            requested.reason(),
            requested.command()));
    return draft.accepted(requested.reason());
  }

  private static Decision nothingToDo(Draft draft, Command command) {
    if (command == null) {
      return draft.answered(Verdict.NOTHING_TO_DO);
    }
    PaymentEvents.rollbackComplete(draft, Outcome.NOTHING_TO_DO, command);
    return draft.answered(Verdict.NOTHING_TO_DO);
  }

  private static Decision commandRefused(Draft draft, Signal.CommandRefused refused) {
    PaymentEvents.rollbackComplete(draft, Outcome.REFUSED, refused.command());
    return draft.accepted(refused.command().action());
  }

  private static Decision rollbackAnnounced(Draft draft) {
    if (draft.rollbackAnnounced || draft.closing == null) {
      return draft.answered(Verdict.NOTHING_TO_DO);
    }
    draft.rollbackAnnounced = true;
    PaymentEvents.compensate(draft);
    return draft.accepted(null);
  }

  private static Decision sessionClosed(Draft draft, Signal.SessionClosed closed) {
    if (closed.sessionId() != null) {
      draft.stripeSessionId = closed.sessionId();
    }
    return draft.accepted(null);
  }

  private static Decision paymentClosed(Draft draft) {
    if (!draft.status.isUnpaid() || draft.closing == null) {
      return draft.answered(Verdict.NOTHING_TO_DO);
    }
    PaymentStatus previous = draft.status;
    draft.become(draft.closing);
    if (draft.status == PaymentStatus.FAILED) {
      PaymentEvents.failed(draft);
    } else {
      PaymentEvents.cancelled(draft, previous);
    }
    return draft.accepted(null);
  }

  private static Decision rollbackCompleted(Draft draft) {
    if (draft.closing == null) {
      return draft.answered(Verdict.NOTHING_TO_DO);
    }
    announceEnd(draft);
    return draft.accepted(null);
  }

  /** One event for each command that asked for the rollback, or one for all when nobody did. */
  private static void announceEnd(Draft draft) {
    if (draft.pendingCommands.isEmpty()) {
      PaymentEvents.rollbackComplete(draft, Outcome.COMPENSATED, null);
    }
    for (Command command : draft.pendingCommands) {
      PaymentEvents.rollbackComplete(draft, Outcome.COMPENSATED, command);
    }
    draft.pendingCommands.clear();
  }

  private static Decision compensationOrdered(Draft draft, Signal.CompensationOrdered ordered) {
    if (draft.closing != null) {
      // Its rollback may have been given up.
      draft.move(new SagaMove.Resume());
      return draft.accepted(ordered.reason());
    }
    if (!draft.isHalted()) {
      return cancelRequested(
          draft,
          new Signal.CancelRequested(
              PaymentStatus.CANCELLED,
              ordered.reason(),
              IfPaid.REFUND,
              null,
              null,
              ordered.refundId()));
    }
    draft.closing = PaymentStatus.CANCELLED;
    draft.cancelReason = ordered.reason();
    long left = draft.left();
    if (left > 0) {
      draft.open(
          RefundDecisions.refund(draft, ordered.refundId(), left, null, ordered.reason(), null));
    }
    draft.move(new SagaMove.Resume());
    return draft.accepted(ordered.reason());
  }

  /**
   * Takes an operator's word for how it ended; money that was not what was asked for still
   * completes nothing.
   */
  private static Decision resolved(Draft draft, Signal.Resolved resolved) {
    boolean completed = resolved.resolution() == Signal.Resolution.COMPLETED;
    if (completed && draft.status.isUnpaid()) {
      return draft.answered(Verdict.NOT_CAPTURED);
    }
    draft.move(new SagaMove.Resolve(resolved.resolution()));
    return draft.status.isUnpaid()
        ? closedByHand(draft, resolved.reason())
        : draft.accepted(resolved.reason());
  }

  private static Decision closedByHand(Draft draft, String reason) {
    PaymentStatus previous = draft.status;
    draft.become(draft.closing == null ? PaymentStatus.CANCELLED : draft.closing);
    if (draft.status == PaymentStatus.FAILED) {
      PaymentEvents.failed(draft);
    } else {
      draft.cancelReason = draft.cancelReason == null ? reason : draft.cancelReason;
      PaymentEvents.cancelled(draft, previous);
    }
    announceEnd(draft);
    return draft.accepted(reason);
  }
}
