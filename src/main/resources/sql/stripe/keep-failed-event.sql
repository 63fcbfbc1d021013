-- An event that could not be taken waits as one that comes too early does; it is tried by itself only, so that it holds up no other.
INSERT INTO stripe_event (stripe_event_id, type, payload, claimed_payment_id, payment_intent_id, match_at, failed)
VALUES (
  :#${exchangeProperty.stripeEvent.eventId},
  :#${exchangeProperty.stripeEvent.type},
  :#${exchangeProperty.stripeEvent.payload}::jsonb,
  :#${exchangeProperty.stripeEvent.paymentId},
  :#${exchangeProperty.stripeEvent.paymentIntentId},
  now() + interval '5 seconds',
  true)
ON CONFLICT (stripe_event_id) DO NOTHING
