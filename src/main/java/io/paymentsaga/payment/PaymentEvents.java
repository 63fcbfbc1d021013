package io.paymentsaga.payment;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The {@code data} of each event, as the contract lists it. Absent fields are left out. */
final class PaymentEvents {
  private PaymentEvents() {}

  static void initiated(Draft draft) {
    Payment payment = draft.payment();
    Map<String, Object> data = common(payment);
    data.put("items", payment.checkout().items());
    data.put("customerEmail", payment.checkout().customerEmail());
    put(data, "stripeSessionId", payment.stripeSessionId());
    draft.publish(EventType.PAYMENT_INITIATED, data);
  }

  static void processing(Draft draft) {
    Payment payment = draft.payment();
    Map<String, Object> data = common(payment);
    put(data, "stripePaymentIntentId", payment.stripePaymentIntentId());
    draft.publish(EventType.PAYMENT_PROCESSING, data);
  }

  static void completed(Draft draft) {
    Payment payment = draft.payment();
    Map<String, Object> data = common(payment);
    put(data, "stripePaymentIntentId", payment.stripePaymentIntentId());
    data.put("completedAt", payment.completedAt());
    put(data, "receiptUrl", payment.receiptUrl());
    draft.publish(EventType.PAYMENT_COMPLETED, data);
  }

  static void failed(Draft draft) {
    Payment payment = draft.payment();
    Map<String, Object> data = common(payment);
    put(data, "failureReason", payment.failureReason());
    put(data, "declineCode", payment.declineCode());
    data.put("retryable", DeclineCodes.retryable(payment.declineCode()));
    data.put("failedAt", draft.now());
    draft.publish(EventType.PAYMENT_FAILED, data);
  }

  static void cancelled(Draft draft, PaymentStatus previous) {
    Payment payment = draft.payment();
    Map<String, Object> data = common(payment);
    put(data, "cancelReason", payment.cancelReason());
    data.put("previousStatus", previous);
    data.put("cancelledAt", draft.now());
    draft.publish(EventType.PAYMENT_CANCELLED, data);
  }

  static void refunded(Draft draft, Refund refund, String refundStatus) {
    Payment payment = draft.payment();
    Map<String, Object> data = common(payment);
    data.put("refundId", refund.refundId());
    data.put("refundAmount", refund.amount());
    data.put("refundedTotal", payment.refundedAmount());
    data.put("refundStatus", refundStatus);
    put(data, "refundReason", refund.reason());
    if (!payment.currency().equals(payment.capturedCurrency())) {
      put(data, "refundCurrency", payment.capturedCurrency());
    }
    data.put("refundedAt", draft.now());
    draft.publish(EventType.PAYMENT_REFUNDED, data);
  }

  static void disputed(Draft draft, Dispute dispute) {
    Payment payment = draft.payment();
    Map<String, Object> data = common(payment);
    data.put("disputeId", dispute.disputeId());
    data.put("disputeAmount", dispute.amount());
    data.put("disputeCurrency", dispute.currency());
    data.put("disputeStatus", dispute.status().name().toLowerCase(Locale.ROOT));
    put(data, "disputeReason", dispute.reason());
    data.put("lostTotal", payment.lostAmount());
    data.put("disputedAt", draft.now());
    draft.publish(EventType.PAYMENT_DISPUTED, data);
  }

  static void compensate(Draft draft) {
    Payment payment = draft.payment();
    Map<String, Object> data = common(payment);
    data.put("sagaId", payment.sagaId());
    data.put("action", action(payment));
    put(data, "reason", reason(payment));
    draft.publish(EventType.COMPENSATE, data);
  }

  static void rollbackComplete(Draft draft, Command.Outcome outcome, Command command) {
    Payment payment = draft.payment();
    Map<String, Object> data = common(payment);
    data.put("sagaId", payment.sagaId());
    data.put("outcome", outcome.published());
    if (command == null) {
      data.put("action", action(payment));
      draft.publish(EventType.ROLLBACK_COMPLETE, data);
    } else {
      data.put("action", command.action());
      draft.publish(EventType.ROLLBACK_COMPLETE, command.eventId(), data);
    }
  }

  /** What a rollback does to the payment, in the words of the commands. */
  private static String action(Payment payment) {
    return payment.closing() == PaymentStatus.FAILED ? "mark_payment_failed" : "cancel_payment";
  }

  private static String reason(Payment payment) {
    return payment.failureReason() != null ? payment.failureReason() : payment.cancelReason();
  }

  private static Map<String, Object> common(Payment payment) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("paymentId", payment.paymentId());
    data.put("orderId", payment.orderId());
    data.put("userId", payment.userId());
    data.put("amount", payment.amount());
    data.put("currency", payment.currency());
    return data;
  }

  private static void put(Map<String, Object> data, String name, Object value) {
    if (value != null) {
      data.put(name, value);
    }
  }
}
