-- Forgets Stripe's events that had their effect long ago; Stripe itself lists them for 30 days.
DELETE FROM stripe_event e
USING (
  SELECT aged.stripe_event_id
  FROM stripe_event aged
  WHERE aged.received_at < now() - :#keptMillis * interval '1 millisecond'
    AND aged.match_at IS NULL
  ORDER BY aged.received_at
  LIMIT :#batch) AS old
WHERE e.stripe_event_id = old.stripe_event_id
