-- Stripe's list of events is read to here, and read on after a pause, by whoever comes first then.
UPDATE stripe_event_sweep
SET read_to = greatest(read_to, :#readTo::timestamptz),
    next_at = now() + :#pauseMillis * interval '1 millisecond'
