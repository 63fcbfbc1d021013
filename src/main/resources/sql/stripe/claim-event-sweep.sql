-- Whether it is time to read Stripe's list of events, and from where on. Who reads has two minutes before another one may.
UPDATE stripe_event_sweep
SET next_at = now() + interval '2 minutes'
WHERE next_at <= now()
RETURNING read_to, now()::text AS begun
