-- An event that speaks of what nobody here has heard of yet waits; the pauses grow with its age.
UPDATE stripe_event
SET payment_id = NULL,
    payload = :#${exchangeProperty.stripeEvent.payload}::jsonb,
    match_at = now() + greatest(interval '5 seconds', now() - received_at)
WHERE stripe_event_id = :#${exchangeProperty.stripeEvent.eventId}
