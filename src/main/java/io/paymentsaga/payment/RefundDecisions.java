package io.paymentsaga.payment;

import io.paymentsaga.payment.Command.Outcome;
import io.paymentsaga.payment.Decision.Verdict;
import java.util.List;
import java.util.Objects;

/**
 * What refunds mean for a payment: never more than was captured, and each booked as Stripe has it.
 */
final class RefundDecisions {
  private RefundDecisions() {}

  static Decision requested(Draft draft, Signal.RefundRequested requested) {
    if (draft.capturedAmount == 0 || draft.status.isUnpaid()) {
      return draft.answered(Verdict.NOT_CAPTURED);
    }
    if (draft.openDisputes > 0) {
      return draft.answered(Verdict.DISPUTED);
    }
    long left = draft.left();
    long amount = requested.amount() == null ? left : requested.amount();
    if (requested.amount() != null && !draft.canPay(amount)) {
      return draft.answered(Verdict.NOT_PAYABLE);
    }
    if (amount == 0 || amount > left) {
      return draft.answered(Verdict.MORE_THAN_LEFT);
    }
    draft.open(
        refund(draft, requested.refundId(), amount, requested.reason(), requested.note(), null));
    return draft.accepted(null);
  }

  static Refund refund(
      Draft draft, String refundId, long amount, String reason, String note, Command command) {
    return new Refund(
        refundId,
        draft.before().paymentId(),
        null,
        amount,
        Refund.Status.PENDING,
        reason,
        note,
        null,
        command == null ? null : command.eventId(),
        command == null ? null : command.action(),
        null,
        draft.now(),
        draft.now(),
        1);
  }

  static Decision reported(Draft draft, List<Refund> refunds, Signal.RefundReported reported) {
    Refund known =
        refunds.stream()
            .filter(
                refund ->
                    refund.refundId().equals(reported.refundId())
                        || Objects.equals(refund.stripeRefundId(), reported.stripeRefundId()))
            .findFirst()
            .orElse(null);
    if (known == null) {
      return madeAtStripe(
          draft,
          refunds,
          refund(draft, reported.refundId(), reported.amount(), reported.reason(), null, null),
          reported);
    }
    if (wasGivenUp(known) && reported.status().reserves()) {
      return madeAtStripe(draft, refunds, known.answered(), reported);
    }
    if (known.status() == reported.status()
        && Objects.equals(known.stripeRefundId(), reported.stripeRefundId())) {
      return draft.answered(Verdict.NOTHING_TO_DO);
    }
    if (!follows(known.status(), reported.status())) {
      return draft.answered(Verdict.NOTHING_TO_DO);
    }
    Refund moved =
        known.moved(
            reported.status(), reported.stripeRefundId(), reported.failureReason(), draft.now());
    draft.store(moved);
    settle(draft, known.status(), moved);
    return draft.accepted(moved.failureReason());
  }

  /** Whether nobody would ask Stripe for it any more, and nobody had its answer. */
  private static boolean wasGivenUp(Refund refund) {
    return !refund.status().reserves() && refund.stripeRefundId() == null;
  }

  /**
   * A refund made at Stripe itself, or there all the same after it was given up here: it is a fact,
   * and there is no saga to run for it.
   */
  private static Decision madeAtStripe(
      Draft draft, List<Refund> refunds, Refund refund, Signal.RefundReported reported) {
    if (draft.capturedAmount == 0) {
      return draft.answered(Verdict.TOO_EARLY);
    }
    if (reported.status().reserves()) {
      long room = Math.subtractExact(draft.capturedAmount, refund.amount());
      if (claimedAtStripe(refunds) > room) {
        // Stripe gives back no more than was captured: that another one has failed is yet to come.
        return draft.answered(Verdict.TOO_EARLY);
      }
      dropWhatNoLongerFits(draft, refunds, room, "refunded at Stripe instead");
    }
    Refund made =
        refund.moved(
            reported.status(), reported.stripeRefundId(), reported.failureReason(), draft.now());
    draft.reserve(made);
    draft.store(made);
    book(draft, Refund.Status.PENDING, made);
    return draft.accepted("made at Stripe");
  }

  private static long claimedAtStripe(List<Refund> refunds) {
    return refunds.stream()
        .filter(refund -> refund.status().reserves() && !refund.isUnsent())
        .mapToLong(Refund::amount)
        .reduce(0, Math::addExact);
  }

  /**
   * A refund goes from pending to its end; a succeeded one can still fail; nothing else is news.
   */
  private static boolean follows(Refund.Status from, Refund.Status to) {
    return switch (from) {
      case PENDING -> true;
      case SUCCEEDED -> to == Refund.Status.FAILED || to == Refund.Status.CANCELED;
      case FAILED, CANCELED -> false;
    };
  }

  /** Books a refund that has moved, and answers who has asked for it. */
  private static void settle(Draft draft, Refund.Status from, Refund refund) {
    book(draft, from, refund);
    boolean ended = from == Refund.Status.PENDING && refund.status() != Refund.Status.PENDING;
    if (ended && refund.commandEvent() != null) {
      boolean made = refund.status() == Refund.Status.SUCCEEDED;
      PaymentEvents.rollbackComplete(
          draft,
          made ? Outcome.REFUNDED : Outcome.REFUSED,
          new Command(refund.commandEvent(), refund.commandAction()));
    }
  }

  /** Books a refund that has moved, tells the others, and moves the payment's status with it. */
  private static void book(Draft draft, Refund.Status from, Refund refund) {
    if (from == refund.status()) {
      return;
    }
    switch (refund.status()) {
      case PENDING -> {}
      case SUCCEEDED -> {
        draft.refundedAmount = Math.addExact(draft.refundedAmount, refund.amount());
        followTheMoney(draft);
        PaymentEvents.refunded(draft, refund, "succeeded");
      }
      case FAILED, CANCELED -> {
        draft.refundReserved = Math.subtractExact(draft.refundReserved, refund.amount());
        if (from == Refund.Status.SUCCEEDED) {
          draft.refundedAmount = Math.subtractExact(draft.refundedAmount, refund.amount());
          followTheMoney(draft);
          PaymentEvents.refunded(draft, refund, "failed");
        }
        draft.halt(refund);
        if (from == Refund.Status.SUCCEEDED && isOver(draft)) {
          bringBeforeOperator(draft, refund);
        }
      }
    }
  }

  /**
   * No saga of such a payment gives money back any more, and it is here again: one more refund
   * waits for an operator's word.
   */
  private static void bringBeforeOperator(Draft draft, Refund failed) {
    Refund again =
        refund(
            draft,
            failed.refundId() + "-again",
            failed.amount(),
            failed.reason(),
            "the refund before failed",
            null);
    draft.open(again);
    draft.halt(again);
  }

  /** Whether it keeps no money whatever happens, or will not once its rollback is done. */
  private static boolean isOver(Draft draft) {
    return draft.closing != null
        || draft.status == PaymentStatus.FAILED
        || draft.status == PaymentStatus.CANCELLED;
  }

  private static void followTheMoney(Draft draft) {
    if (draft.status.isUnpaid() || isOver(draft)) {
      return;
    }
    if (draft.refundedAmount == 0) {
      draft.become(PaymentStatus.COMPLETED);
    } else if (draft.refundedAmount < draft.capturedAmount) {
      draft.become(PaymentStatus.PARTIALLY_REFUNDED);
    } else {
      draft.become(PaymentStatus.REFUNDED);
    }
  }

  static Decision refused(Draft draft, List<Refund> refunds, Signal.RefundRefused refused) {
    return end(draft, refunds, refused.refundId(), Refund.Status.FAILED, refused.reason());
  }

  /** The operator's word stands for Stripe's. */
  static Decision resolved(Draft draft, List<Refund> refunds, Signal.RefundResolved resolved) {
    Refund.Status status =
        switch (resolved.resolution()) {
          case COMPLETED -> Refund.Status.SUCCEEDED;
          case COMPENSATED -> Refund.Status.CANCELED;
        };
    return end(draft, refunds, resolved.refundId(), status, resolved.reason());
  }

  private static Decision end(
      Draft draft, List<Refund> refunds, String refundId, Refund.Status status, String reason) {
    Refund known =
        refunds.stream()
            .filter(refund -> refund.refundId().equals(refundId))
            .filter(refund -> refund.status() == Refund.Status.PENDING)
            .findFirst()
            .orElse(null);
    if (known == null) {
      return draft.answered(Verdict.NOTHING_TO_DO);
    }
    String failure = status == Refund.Status.SUCCEEDED ? null : reason;
    Refund ended = known.moved(status, known.stripeRefundId(), failure, draft.now());
    draft.store(ended);
    settle(draft, known.status(), ended);
    return draft.accepted(reason);
  }

  /**
   * Gives up refunds that Stripe was not asked for yet, newest first, until the others fit into
   * what is there. Stripe gives back no more than was captured, so it has made none of these.
   */
  static void dropWhatNoLongerFits(Draft draft, List<Refund> refunds, long room, String reason) {
    for (int index = refunds.size() - 1; index >= 0; index--) {
      Refund refund = refunds.get(index);
      if (draft.refundReserved > room && refund.isUnsent()) {
        Refund dropped = refund.moved(Refund.Status.CANCELED, null, reason, draft.now());
        draft.store(dropped);
        settle(draft, refund.status(), dropped);
      }
    }
  }

  /** Stripe was asked and has not done it: the next call is another request. */
  static Decision notMade(Draft draft, List<Refund> refunds, Signal.RefundNotMade notMade) {
    Refund unsent =
        refunds.stream()
            .filter(refund -> refund.refundId().equals(notMade.refundId()))
            .filter(Refund::isUnsent)
            .findFirst()
            .orElse(null);
    if (unsent == null) {
      return draft.answered(Verdict.NOTHING_TO_DO);
    }
    draft.store(unsent.underNextKey(draft.now()));
    return draft.accepted(notMade.reason());
  }
}
