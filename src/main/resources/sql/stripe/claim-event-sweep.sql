-- Whether it is time to read Stripe's list of events, and from where on. Who reads has a minute for each page before another one may.
UPDATE stripe_event_sweep
SET next_at = now() + interval '1 minute'
WHERE next_at <= now()
RETURNING read_to, now() AS begun
