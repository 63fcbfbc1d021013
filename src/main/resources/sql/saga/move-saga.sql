-- Moves a saga to a state, or notes why it stays there, if it is in one of the states this is allowed from.
WITH before AS (
  SELECT saga_id, correlation_id, state, has_completions
  FROM saga WHERE saga_id = :sagaId FOR NO KEY UPDATE
), accepted AS (
  SELECT saga_id, state FROM before
  WHERE state = ANY (:from)
    -- Only an operator may pass over completions.
    AND NOT (:to = 'COMPLETED' AND has_completions AND state NOT IN ('COMPLETED', 'FAILED'))
), moved AS (
  UPDATE saga
  SET state = :to,
      since = now(),
      checks = 0,
      ended_at = CASE WHEN :to IN ('COMPLETED', 'COMPENSATED') THEN now() END,
      due_at = CASE
        WHEN :to IN ('COMPLETED', 'COMPENSATED', 'FAILED') THEN NULL
        WHEN :to IN ('PAYMENT_COMPLETED', 'PAYMENT_FAILED', 'COMPENSATING') THEN now()
        WHEN :firstLook IS NOT NULL THEN LEAST(now() + :firstLook * interval '1 millisecond', deadline)
        ELSE due_at
      END,
      reason = CASE
        WHEN :to IN ('PAYMENT_FAILED', 'COMPENSATING', 'FAILED') THEN COALESCE(:detail, reason)
        WHEN accepted.state = 'FAILED' THEN :detail
      END
  FROM accepted
  WHERE saga.saga_id = accepted.saga_id AND accepted.state <> :to
), done AS (
  UPDATE saga_step
  SET status = 'DONE', done_at = now()
  FROM accepted
  WHERE saga_step.saga_id = accepted.saga_id
    AND status = 'ENLISTED'
    -- A step is done when a later one is.
    AND step_id <= (
      SELECT max(step_id) FROM saga_step AS done WHERE done.saga_id = accepted.saga_id AND name = ANY (:stepsDone))
), noted AS (
  INSERT INTO saga_history (saga_id, type, from_state, to_state, cause, event_id, actor, detail)
  SELECT saga_id, CASE WHEN state = :to THEN 'note' ELSE 'state' END, state, :to,
    :cause, :eventId, :actor, :detail
  FROM accepted
)
SELECT state, correlation_id, EXISTS (SELECT FROM accepted) AS accepted FROM before
