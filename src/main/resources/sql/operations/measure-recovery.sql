-- For how long the saga that is due longest has been, and how old what Stripe's list of events is read to is.
SELECT
  greatest(0, coalesce(extract(epoch FROM now() - least(
    (SELECT min(due_at) FROM saga
     WHERE state IN ('PAYMENT_COMPLETED', 'PAYMENT_FAILED', 'COMPENSATING')),
    (SELECT min(due_at) FROM saga
     WHERE state IN ('STARTED', 'PAYMENT_CREATED', 'AWAITING_PAYMENT', 'PAYMENT_PROCESSING')))), 0))::bigint AS overdue_seconds,
  (SELECT extract(epoch FROM now() - read_to)::bigint FROM stripe_event_sweep) AS events_age_seconds
