-- Leaves a saga to an operator, under the lease; with a step, because its last attempt has failed.
WITH stuck AS (
  UPDATE saga
  SET state = 'FAILED', since = now(), reason = :reason, due_at = NULL, lease_owner = NULL, lease_until = NULL
  WHERE saga_id = :sagaId AND lease_owner = :leaseOwner AND state = :state
  RETURNING saga_id
), failed AS (
  UPDATE saga_step
  SET attempts = attempts + 1, last_error = :error
  FROM stuck
  WHERE step_id = :stepId AND saga_step.saga_id = stuck.saga_id
  RETURNING saga_step.saga_id, name
), noted AS (
  INSERT INTO saga_history (saga_id, type, from_state, to_state, cause, detail)
  SELECT saga_id, type, from_state, to_state, cause, detail
  FROM (
    SELECT 1 AS place, saga_id, :type AS type, NULL AS from_state, NULL AS to_state, NULL AS cause,
      name || ': ' || :error AS detail
    FROM failed
    UNION ALL
    SELECT 2, saga_id, 'state', :state, 'FAILED', 'recovery', :reason FROM stuck
  ) AS note
  ORDER BY place
)
SELECT count(*) FROM stuck
