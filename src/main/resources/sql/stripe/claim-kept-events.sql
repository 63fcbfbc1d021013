-- Kept events whose payment is to be looked for again, and when after that: in twice their age, and no more after 30 days, when
-- Stripe itself forgets them.
UPDATE stripe_event
SET match_at = CASE
      WHEN received_at > now() - interval '30 days' THEN now() + greatest(interval '5 seconds', now() - received_at)
    END,
    payload = CASE WHEN received_at > now() - interval '30 days' THEN payload END
WHERE stripe_event_id IN (
  SELECT e.stripe_event_id
  FROM stripe_event e
  WHERE e.match_at <= now()
  ORDER BY e.match_at
  LIMIT 100
  FOR UPDATE SKIP LOCKED)
RETURNING stripe_event_id
