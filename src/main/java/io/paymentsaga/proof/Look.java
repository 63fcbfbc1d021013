package io.paymentsaga.proof;

import io.paymentsaga.stripe.LedgerIntent;
import io.paymentsaga.stripe.LedgerRefund;
import io.paymentsaga.stripe.LedgerSession;
import java.util.List;
import java.util.Optional;

/**
 * What either side has on one payment.
 *
 * @param here empty when this service has no such payment
 * @param sessions at Stripe, each with its PaymentIntent
 * @param intents at Stripe, besides those of the sessions
 * @param complete whether all that the payment names was asked for, so that what is missing is
 *     missing at Stripe
 */
public record Look(
    String paymentId,
    Optional<BookedPayment> here,
    List<LedgerSession> sessions,
    List<LedgerIntent> intents,
    List<LedgerRefund> refunds,
    boolean complete) {}
