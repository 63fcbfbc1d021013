-- Notes that a compensation or completion is about to run, if the lease holds and the state still calls for it.
WITH held AS (
  UPDATE saga
  SET lease_until = now() + :lease * interval '1 millisecond'
  WHERE saga_id = :sagaId AND lease_owner = :leaseOwner AND state = :state
  RETURNING saga_id
)
UPDATE saga_step
SET run_started_at = COALESCE(run_started_at, now())
FROM held
WHERE step_id = :stepId AND saga_step.saga_id = held.saga_id
