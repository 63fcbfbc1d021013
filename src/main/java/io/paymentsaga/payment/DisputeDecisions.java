package io.paymentsaga.payment;

import io.paymentsaga.payment.Decision.Verdict;
import java.time.Instant;
import java.util.List;

/**
 * What a dispute means for a payment. Money a bank takes back is lost, and never refunded: the
 * payment keeps its status. While a dispute is open no refund is sent to Stripe.
 */
final class DisputeDecisions {
  private DisputeDecisions() {}

  static Decision reported(
      Draft draft, List<Refund> refunds, List<Dispute> disputes, Signal.DisputeReported report) {
    if (draft.capturedAmount == 0) {
      return draft.answered(Verdict.TOO_EARLY);
    }
    Dispute known =
        disputes.stream()
            .filter(dispute -> dispute.disputeId().equals(report.disputeId()))
            .findFirst()
            .orElse(null);
    if (known != null && !known.isToldMoreBy(report)) {
      return draft.answered(Verdict.NOTHING_TO_DO);
    }
    Dispute dispute = known == null ? opened(draft, report) : known.moved(report, draft.now());
    draft.store(dispute);
    book(draft, known, -1);
    book(draft, dispute, 1);
    if (known == null || known.status() != dispute.status()) {
      PaymentEvents.disputed(draft, dispute);
      RefundDecisions.dropWhatNoLongerFits(
          draft,
          refunds,
          Math.subtractExact(draft.capturedAmount, draft.lostAmount),
          "the dispute was lost");
    }
    return draft.accepted(
        "dispute %s of %d %s: %s"
            .formatted(
                dispute.disputeId(), dispute.amount(), dispute.currency(), dispute.stripeStatus()));
  }

  private static Dispute opened(Draft draft, Signal.DisputeReported report) {
    Instant now = draft.now();
    return new Dispute(
        report.disputeId(),
        draft.before().paymentId(),
        report.money().amount(),
        report.money().currency(),
        report.status(),
        report.stripeStatus(),
        report.reason(),
        now,
        now,
        report.status() == Dispute.Status.OPEN ? null : now);
  }

  /** Money lost in another currency than was captured stands on the dispute alone. */
  private static void book(Draft draft, Dispute dispute, int sign) {
    if (dispute == null) {
      return;
    }
    if (dispute.isOpen()) {
      draft.openDisputes += sign;
    }
    if (dispute.isLost() && dispute.currency().equals(draft.capturedCurrency)) {
      draft.lostAmount = Math.addExact(draft.lostAmount, sign * dispute.amount());
    }
  }
}
