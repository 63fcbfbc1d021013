-- Decides that an active saga succeeded; without completions that is its end.
WITH before AS (
  SELECT saga_id, correlation_id, state, has_completions
  FROM saga WHERE saga_id = :sagaId FOR NO KEY UPDATE
), accepted AS (
  SELECT saga_id, state, has_completions FROM before
  WHERE state IN ('STARTED', 'PAYMENT_CREATED', 'AWAITING_PAYMENT', 'PAYMENT_PROCESSING')
), moved AS (
  UPDATE saga
  SET state = CASE WHEN accepted.has_completions THEN 'PAYMENT_COMPLETED' ELSE 'COMPLETED' END,
      since = now(),
      checks = 0,
      reason = NULL,
      ended_at = CASE WHEN NOT accepted.has_completions THEN now() END,
      due_at = CASE WHEN accepted.has_completions THEN now() END
  FROM accepted
  WHERE saga.saga_id = accepted.saga_id
), noted AS (
  INSERT INTO saga_history (saga_id, type, from_state, to_state, cause, event_id, actor, detail)
  SELECT saga_id, 'state', from_state, to_state, :cause, :eventId, :actor, :detail
  FROM (
    SELECT 1 AS place, saga_id, state AS from_state, 'PAYMENT_COMPLETED' AS to_state FROM accepted
    UNION ALL
    SELECT 2, saga_id, 'PAYMENT_COMPLETED', 'COMPLETED' FROM accepted WHERE NOT has_completions
  ) AS move
  ORDER BY place
)
SELECT state, correlation_id, EXISTS (SELECT FROM accepted) AS accepted FROM before
