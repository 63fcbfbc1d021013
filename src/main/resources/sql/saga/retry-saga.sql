-- Sends a saga that waits for an operator back to where it gave up: to its compensations or its completions.
WITH before AS (
  SELECT
    saga_id,
    state,
    (SELECT h.from_state
     FROM saga_history h
     WHERE h.saga_id = saga.saga_id AND h.to_state = 'FAILED'
     ORDER BY h.history_id DESC
     LIMIT 1) AS gave_up_in
  FROM saga WHERE saga_id = :sagaId FOR NO KEY UPDATE
), retried AS (
  UPDATE saga
  SET state = gave_up_in, since = now(), checks = 0, reason = NULL, due_at = now()
  FROM before
  WHERE saga.saga_id = before.saga_id
    AND before.state = 'FAILED'
    AND gave_up_in IN ('COMPENSATING', 'PAYMENT_COMPLETED')
  RETURNING saga.saga_id, saga.state
), noted AS (
  INSERT INTO saga_history (saga_id, type, from_state, to_state, cause, event_id, actor, detail)
  SELECT saga_id, 'state', 'FAILED', state, :cause, :eventId, :actor, :detail FROM retried
)
SELECT EXISTS (SELECT FROM retried) OR state IN ('COMPENSATING', 'PAYMENT_COMPLETED') FROM before
