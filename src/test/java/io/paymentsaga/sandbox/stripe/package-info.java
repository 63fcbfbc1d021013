/**
 * Stripe as far as a payment by Checkout needs it: its HTTP API, its hosted payment page and its
 * webhooks, in one process without an account. The real stripe-java speaks to it.
 *
 * <p>The simulator is the outside world: it keeps its state in memory and shares no code with the
 * service. It imitates Stripe's documented behaviour for {@code mode=payment} sessions and refuses
 * loudly what it does not know, and it can be told to misbehave ({@link
 * io.paymentsaga.sandbox.stripe.Mischief}).
 */
package io.paymentsaga.sandbox.stripe;
