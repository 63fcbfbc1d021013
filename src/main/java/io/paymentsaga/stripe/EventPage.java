package io.paymentsaga.stripe;

import java.time.Instant;
import java.util.List;

/**
 * A part of Stripe's list of events.
 *
 * @param from none of them was created before
 * @param readTo once these are taken, all that were created before are
 * @param events the oldest first, as far as whole seconds tell
 */
public record EventPage(Instant from, Instant readTo, List<StripeEvent> events) {}
