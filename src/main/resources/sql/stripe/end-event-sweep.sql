-- Stripe's list of events was read to its end.
UPDATE stripe_event_sweep
SET read_to = greatest(read_to, :#begun::timestamptz),
    next_at = now() + :#pauseMillis * interval '1 millisecond'
