/**
 * The edge to Stripe: calls out, webhooks in. Stripe's own types stay in here; what was found out
 * leaves as a {@link io.paymentsaga.stripe.StripeOutcome} or a {@link
 * io.paymentsaga.payment.Signal}.
 */
package io.paymentsaga.stripe;
