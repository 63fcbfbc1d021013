-- A webhook's event, once, with the payment it is about. No row comes back for a repeat; an empty id for an event that is about
-- no payment of this service.
WITH known AS (
  SELECT p.payment_id
  FROM payment p
  WHERE p.payment_id = :#${body.paymentId} OR p.stripe_payment_intent_id = :#${body.paymentIntentId}
  LIMIT 1
), taken AS (
  INSERT INTO stripe_event (stripe_event_id, type, payment_id, payload)
  SELECT :#${body.eventId}, :#${body.type}, (SELECT payment_id FROM known), :#${body.payload}::jsonb
  ON CONFLICT (stripe_event_id) DO NOTHING
  RETURNING coalesce(payment_id, '')
)
SELECT * FROM taken
