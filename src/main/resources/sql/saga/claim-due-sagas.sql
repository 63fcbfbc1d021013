-- Leases sagas that are due and nobody works on, longest due first; those with an outcome before those that are only to be
-- looked at, to which a quarter of a claim is left all the same.
WITH concluding AS (
  SELECT saga_id FROM saga
  WHERE state IN ('PAYMENT_COMPLETED', 'PAYMENT_FAILED', 'COMPENSATING')
    AND due_at <= now() AND (lease_until IS NULL OR lease_until < now())
  ORDER BY due_at
  LIMIT :limit - :limit / 4
  FOR NO KEY UPDATE SKIP LOCKED
), active AS (
  SELECT saga_id FROM saga
  WHERE state IN ('STARTED', 'PAYMENT_CREATED', 'AWAITING_PAYMENT', 'PAYMENT_PROCESSING')
    AND due_at <= now() AND (lease_until IS NULL OR lease_until < now())
  ORDER BY due_at
  LIMIT :limit - (SELECT count(*) FROM concluding)
  FOR NO KEY UPDATE SKIP LOCKED
), due AS (
  SELECT saga_id FROM concluding UNION ALL SELECT saga_id FROM active
)
UPDATE saga
SET lease_owner = :leaseOwner, lease_until = now() + :lease * interval '1 millisecond'
FROM due
WHERE saga.saga_id = due.saga_id
RETURNING saga.saga_id, kind, correlation_id, state, checks, due_at, lease_owner,
  COALESCE(deadline <= now(), false) AS deadline_passed, extract(epoch FROM now() - since)::bigint AS seconds_in_state
