package io.paymentsaga.stripe;

import io.paymentsaga.payment.Dispute;

/** Stripe's words for a dispute's status (docs.stripe.com/api/disputes/object). */
final class DisputeStatuses {
  private DisputeStatuses() {}

  static Dispute.Status read(String status) {
    return switch (status) {
      // An inquiry that came to nothing, and a dispute that was prevented, leave the money here.
      case "won", "warning_closed", "prevented" -> Dispute.Status.WON;
      case "lost" -> Dispute.Status.LOST;
      // Responses, reviews, inquiries, and whatever Stripe may add: not decided.
      default -> Dispute.Status.OPEN;
    };
  }
}
