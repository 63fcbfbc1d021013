package io.paymentsaga.stripe;

import io.paymentsaga.payment.Money;
import io.paymentsaga.payment.Refund;
import java.time.Instant;

/**
 * A refund as Stripe has it.
 *
 * @param createdAt whole seconds
 * @param intentId null when it is of no PaymentIntent
 * @param paymentId the payment its metadata names, or null
 * @param refundId the id this service gave it; null when it was made at Stripe itself
 * @param reason Stripe's, or null
 * @param failureReason Stripe's, or null
 */
public record LedgerRefund(
    String stripeRefundId,
    Instant createdAt,
    String intentId,
    String paymentId,
    String refundId,
    Money money,
    Refund.Status status,
    String reason,
    String failureReason) {}
