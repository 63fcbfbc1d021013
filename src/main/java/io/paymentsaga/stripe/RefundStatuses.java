package io.paymentsaga.stripe;

import io.paymentsaga.payment.Refund;

/** Stripe's words for a refund's status (docs.stripe.com/api/refunds/object). */
final class RefundStatuses {
  private RefundStatuses() {}

  static Refund.Status read(String status) {
    return switch (status) {
      case "succeeded" -> Refund.Status.SUCCEEDED;
      case "failed" -> Refund.Status.FAILED;
      case "canceled" -> Refund.Status.CANCELED;
      // "pending", "requires_action", and whatever Stripe may add: not at its end.
      default -> Refund.Status.PENDING;
    };
  }
}
