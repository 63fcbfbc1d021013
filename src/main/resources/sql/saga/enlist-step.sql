-- Enlists a step in a saga that is active; its lock keeps the saga active until the enlistment commits.
WITH before AS (
  SELECT saga_id, state FROM saga WHERE saga_id = :sagaId FOR NO KEY UPDATE
), active AS (
  SELECT saga_id FROM before
  WHERE state IN ('STARTED', 'PAYMENT_CREATED', 'AWAITING_PAYMENT', 'PAYMENT_PROCESSING')
), bounded AS (
  UPDATE saga
  SET deadline = LEAST(deadline, now() + :timeout * interval '1 millisecond'),
      due_at = LEAST(due_at, now() + :timeout * interval '1 millisecond'),
      has_completions = has_completions OR :completionUri IS NOT NULL
  FROM active
  WHERE saga.saga_id = active.saga_id AND (:timeout IS NOT NULL OR :completionUri IS NOT NULL)
), enlisted AS (
  INSERT INTO saga_step (saga_id, name, compensation_uri, completion_uri, options, deadline)
  SELECT saga_id, :name, :compensationUri, :completionUri, CAST(:options AS jsonb), now() + :timeout * interval '1 millisecond'
  FROM active
)
SELECT state FROM before
