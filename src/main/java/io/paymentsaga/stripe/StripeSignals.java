package io.paymentsaga.stripe;

import static io.paymentsaga.stripe.StripeEvent.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.paymentsaga.payment.Money;
import io.paymentsaga.payment.Refund;
import io.paymentsaga.payment.Signal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What Stripe's events and answers mean to a payment. An event that means nothing gives no signal.
 */
public final class StripeSignals {
  private StripeSignals() {}

  /** The signal in an event. */
  public static Optional<Signal> of(StripeEvent event) {
    JsonNode object = event.object();
    return Optional.ofNullable(
        switch (event.type()) {
          case "checkout.session.completed" -> sessionCompleted(object);
          case "checkout.session.async_payment_succeeded" ->
              captured(object, "amount_total", event.paymentIntentId());
          case "checkout.session.async_payment_failed" ->
              new Signal.ProcessingFailed(null, "asynchronous payment failed");
          case "checkout.session.expired", "payment_intent.canceled" ->
              new Signal.SessionEndAnnounced();
          case "payment_intent.succeeded" ->
              captured(object, "amount_received", event.paymentIntentId());
          case "payment_intent.processing" -> new Signal.ProcessingStarted(event.paymentIntentId());
          case "payment_intent.payment_failed" -> declined(object);
          case "refund.created", "refund.updated", "refund.failed", "charge.refund.updated" ->
              refund(object);
          case "charge.succeeded" ->
              new Signal.ReceiptIssued(text(object.path("id")), text(object.path("receipt_url")));
          case "charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed" ->
              dispute(object);
          default -> null;
        });
  }

  /** The signals in what a session was found to be; none when it is still open. */
  public static List<Signal> of(StripeOutcome outcome) {
    if (outcome instanceof StripeOutcome.SessionPaid paid) {
      Signal captured = new Signal.Captured(paid.captured(), paid.paymentIntentId());
      return paid.chargeId() == null
          ? List.of(captured)
          : List.of(new Signal.ReceiptIssued(paid.chargeId(), paid.receiptUrl()), captured);
    }
    if (outcome instanceof StripeOutcome.SessionProcessing processing) {
      return List.of(new Signal.ProcessingStarted(processing.paymentIntentId()));
    }
    if (outcome instanceof StripeOutcome.SessionExpired) {
      return List.of(new Signal.SessionExpired());
    }
    return List.of();
  }

  /** The signal in a refund as Stripe has it. */
  public static Signal of(LedgerRefund refund) {
    String ours = refund.refundId();
    return new Signal.RefundReported(
        ours == null ? madeAtStripe(refund.stripeRefundId()) : ours,
        refund.stripeRefundId(),
        refund.money().amount(),
        refund.status(),
        refund.reason(),
        refund.failureReason());
  }

  private static String madeAtStripe(String stripeRefundId) {
    return "stripe-" + stripeRefundId;
  }

  private static Signal sessionCompleted(JsonNode session) {
    String intent = text(session.path("payment_intent"));
    return "unpaid".equals(text(session.path("payment_status")))
        ? new Signal.ProcessingStarted(intent)
        : captured(session, "amount_total", intent);
  }

  private static Signal captured(JsonNode object, String amountField, String paymentIntentId) {
    return new Signal.Captured(money(object, amountField), paymentIntentId);
  }

  private static Money money(JsonNode object, String amountField) {
    String currency = text(object.path("currency"));
    if (currency == null) {
      throw new WebhookRejectedException("The event names no currency.");
    }
    return new Money(amount(object, amountField), currency.toUpperCase(Locale.ROOT));
  }

  /** A number that does not fit would become another one. */
  private static long amount(JsonNode object, String field) {
    JsonNode amount = object.path(field);
    if (!amount.isIntegralNumber() || !amount.canConvertToLong() || amount.longValue() < 0) {
      throw new WebhookRejectedException("The event names no " + field + ".");
    }
    return amount.longValue();
  }

  private static Signal declined(JsonNode intent) {
    JsonNode error = intent.path("last_payment_error");
    String declineCode = text(error.path("decline_code"));
    String code = text(error.path("code"));
    return new Signal.AttemptDeclined(
        text(intent.path("latest_charge")),
        declineCode == null ? code : declineCode,
        code == null ? "payment failed" : code,
        true);
  }

  private static Signal dispute(JsonNode dispute) {
    String status = text(dispute.path("status"));
    String id = text(dispute.path("id"));
    if (id == null || status == null) {
      throw new WebhookRejectedException("The event names no dispute.");
    }
    return new Signal.DisputeReported(
        id,
        money(dispute, "amount"),
        DisputeStatuses.read(status),
        status,
        text(dispute.path("reason")));
  }

  private static Signal refund(JsonNode refund) {
    String stripeId = text(refund.path("id"));
    String ours = text(refund.path("metadata").path("refundId"));
    Refund.Status status = RefundStatuses.read(refund.path("status").asText());
    return new Signal.RefundReported(
        ours == null ? madeAtStripe(stripeId) : ours,
        stripeId,
        amount(refund, "amount"),
        status,
        text(refund.path("reason")),
        text(refund.path("failure_reason")));
  }
}
