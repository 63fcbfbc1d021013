-- Stripe's event, once, with the payment it is about. No row comes back for a repeat; an empty id for an event whose payment is not
-- known: it is kept until it is, with its payload, if it names anything to know it by.
WITH event AS (
  SELECT :#${body.eventId}::text AS id, :#${body.type}::text AS type, :#${body.payload}::text AS payload,
         :#${body.paymentId}::text AS claimed, :#${body.paymentIntentId}::text AS intent
), known AS (
  SELECT p.payment_id FROM payment p WHERE p.payment_id = (SELECT claimed FROM event)
  UNION ALL
  SELECT p.payment_id FROM payment p WHERE p.stripe_payment_intent_id = (SELECT intent FROM event)
  LIMIT 1
), waiting AS (
  SELECT known.payment_id,
         CASE
           WHEN known.payment_id IS NULL AND coalesce(claimed, intent) IS NOT NULL THEN now() + interval '5 seconds'
         END AS match_at
  FROM event LEFT JOIN known ON true
), taken AS (
  INSERT INTO stripe_event (stripe_event_id, type, payment_id, payload, claimed_payment_id, payment_intent_id, match_at)
  SELECT id, type, payment_id, CASE WHEN match_at IS NOT NULL THEN payload::jsonb END, claimed, intent, match_at
  FROM event, waiting
  ON CONFLICT (stripe_event_id) DO NOTHING
  RETURNING coalesce(payment_id, '')
)
SELECT * FROM taken
