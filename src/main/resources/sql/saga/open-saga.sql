-- Opens a saga; it is looked at when its timeout has passed, or in an hour, unless a step or the application says otherwise.
WITH opened AS (
  INSERT INTO saga (saga_id, kind, correlation_id, state, deadline, due_at)
  VALUES (
    :sagaId, :kind, :correlationId, 'STARTED',
    now() + :timeout * interval '1 millisecond',
    now() + coalesce(:timeout * interval '1 millisecond', interval '1 hour'))
  RETURNING saga_id, state
)
INSERT INTO saga_history (saga_id, type, to_state, cause, event_id, actor, detail)
SELECT saga_id, 'started', state, :cause, :eventId, :actor, :detail
FROM opened
