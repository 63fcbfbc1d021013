package io.paymentsaga.proof;

import io.paymentsaga.payment.Refund;
import java.time.Instant;

/**
 * A refund as this service has booked it.
 *
 * @param stripeRefundId null until Stripe has answered
 * @param amount minor units of what was captured
 */
public record BookedRefund(
    String refundId,
    String stripeRefundId,
    long amount,
    Refund.Status status,
    Instant createdAt,
    Instant updatedAt) {}
