-- Records that a compensation or completion has failed and when it is tried again, and gives the lease back.
WITH released AS (
  UPDATE saga
  SET lease_owner = NULL,
      lease_until = NULL,
      -- Who moved or woke the saga meanwhile has set another time, which stands.
      due_at = CASE WHEN due_at = :claimedDueAt THEN now() + :pause * interval '1 millisecond' ELSE due_at END
  WHERE saga_id = :sagaId AND lease_owner = :leaseOwner
  RETURNING saga_id
), failed AS (
  UPDATE saga_step
  SET attempts = attempts + 1, last_error = :error
  FROM released
  WHERE step_id = :stepId AND saga_step.saga_id = released.saga_id
  RETURNING saga_step.saga_id, name
)
INSERT INTO saga_history (saga_id, type, detail)
SELECT saga_id, :type, name || ': ' || :error FROM failed
