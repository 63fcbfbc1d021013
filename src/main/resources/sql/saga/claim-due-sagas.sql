-- Leases sagas that are due and nobody works on, longest due first.
WITH due AS (
  SELECT saga_id FROM saga
  WHERE due_at <= now() AND (lease_until IS NULL OR lease_until < now())
  ORDER BY due_at
  LIMIT :limit
  FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE saga
SET lease_owner = :leaseOwner, lease_until = now() + :lease * interval '1 millisecond'
FROM due
WHERE saga.saga_id = due.saga_id
RETURNING saga.saga_id, kind, correlation_id, state, checks, due_at, lease_owner,
  COALESCE(deadline <= now(), false) AS deadline_passed
