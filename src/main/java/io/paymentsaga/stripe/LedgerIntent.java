package io.paymentsaga.stripe;

import io.paymentsaga.payment.Money;
import java.time.Instant;

/**
 * A PaymentIntent as Stripe has it.
 *
 * @param paymentId the payment its metadata names; null when it is not of this service's making
 * @param status Stripe's own word
 * @param captured null unless the money is in
 * @param movedAt when its last charge was made, or itself, if there is none; whole seconds
 * @param refunded pending and succeeded refunds together, minor units
 */
public record LedgerIntent(
    String intentId,
    String paymentId,
    String status,
    Money captured,
    Instant movedAt,
    long refunded) {}
