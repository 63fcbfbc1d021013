-- Records that a compensation or completion has run, under the lease.
WITH held AS (
  SELECT saga_id FROM saga
  WHERE saga_id = :sagaId AND lease_owner = :leaseOwner
  FOR NO KEY UPDATE
), run AS (
  UPDATE saga_step
  SET status = :status, run_ended_at = now(), attempts = attempts + 1, last_error = NULL
  FROM held
  WHERE step_id = :stepId AND saga_step.saga_id = held.saga_id AND status IN ('ENLISTED', 'DONE')
  RETURNING saga_step.saga_id, name
)
INSERT INTO saga_history (saga_id, type, detail)
SELECT saga_id, :type, name FROM run
