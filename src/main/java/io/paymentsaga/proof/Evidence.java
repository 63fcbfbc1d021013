package io.paymentsaga.proof;

import io.paymentsaga.payment.Money;
import io.paymentsaga.stripe.LedgerIntent;
import io.paymentsaga.stripe.LedgerRefund;
import io.paymentsaga.stripe.LedgerSession;
import java.util.LinkedHashMap;
import java.util.Map;

/** What one side says, in the words of its own API. Nothing in it changes by itself. */
record Evidence(Map<String, Object> fields) {

  static Evidence none() {
    return new Evidence(Map.of());
  }

  static Evidence of(LedgerSession session) {
    Evidence evidence =
        none().and("sessionId", session.sessionId()).and("status", session.status());
    return session.intent() == null
        ? evidence
        : evidence
            .and("paymentIntentId", session.intent().intentId())
            .and("captured", session.intent().captured());
  }

  static Evidence of(LedgerIntent intent) {
    return none()
        .and("paymentIntentId", intent.intentId())
        .and("status", intent.status())
        .and("captured", intent.captured());
  }

  static Evidence of(LedgerRefund refund) {
    return none()
        .and("refundId", refund.stripeRefundId())
        .and("paymentIntentId", refund.intentId())
        .and("status", refund.status())
        .and("money", refund.money());
  }

  static Evidence of(BookedPayment payment) {
    return none()
        .and("orderId", payment.orderId())
        .and("status", payment.status())
        .and("stripeSessionId", payment.sessionId())
        .and("stripePaymentIntentId", payment.intentId())
        .and("captured", payment.captured());
  }

  static Evidence of(BookedRefund refund) {
    return none()
        .and("refundId", refund.refundId())
        .and("stripeRefundId", refund.stripeRefundId())
        .and("status", refund.status())
        .and("amount", refund.amount());
  }

  static Map<String, Map<String, Object>> of(Evidence stripe, Evidence here) {
    Map<String, Map<String, Object>> both = new LinkedHashMap<>();
    both.put("stripe", stripe.fields());
    both.put("here", here.fields());
    return both;
  }

  Evidence and(String name, Object value) {
    if (value == null) {
      return this;
    }
    Map<String, Object> more = new LinkedHashMap<>(fields);
    more.put(name, value instanceof Money || value instanceof Long ? value : value.toString());
    return new Evidence(more);
  }
}
