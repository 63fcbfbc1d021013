-- A kept event with the payment it is about, when that is known by now; whoever else is at it has it.
WITH kept AS (
  SELECT e.stripe_event_id, e.claimed_payment_id, e.payment_intent_id, e.payload::text AS payload
  FROM stripe_event e
  WHERE e.stripe_event_id = :#${body[stripe_event_id]} AND e.match_at IS NOT NULL
  FOR UPDATE SKIP LOCKED
), known AS (
  SELECT p.payment_id FROM payment p WHERE p.payment_id = (SELECT claimed_payment_id FROM kept)
  UNION ALL
  SELECT p.payment_id FROM payment p WHERE p.stripe_payment_intent_id = (SELECT payment_intent_id FROM kept)
  LIMIT 1
), matched AS (
  UPDATE stripe_event e
  SET payment_id = known.payment_id, match_at = NULL, payload = NULL
  FROM kept, known
  WHERE e.stripe_event_id = kept.stripe_event_id
  RETURNING e.payment_id, kept.payload
)
SELECT * FROM matched
