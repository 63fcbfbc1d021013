-- All there is to know of a payment's saga, as the API shows it.
SELECT p.user_id, json_build_object(
  'sagaId', s.saga_id,
  'paymentId', p.payment_id,
  'kind', s.kind,
  'state', s.state,
  'stuck', s.state = 'FAILED',
  'correlationId', s.correlation_id,
  'startedAt', rfc3339(s.started_at),
  'endedAt', rfc3339(s.ended_at),
  'deadline', rfc3339(s.deadline),
  'steps', (
    SELECT coalesce(json_agg(json_build_object(
      'name', t.name,
      'status', CASE t.status WHEN 'ENLISTED' THEN 'STARTED' WHEN 'DONE' THEN 'COMPLETED' ELSE t.status END,
      'startedAt', rfc3339(t.enlisted_at),
      'completedAt', rfc3339(t.done_at),
      'attempts', 1,
      'error', NULL) ORDER BY t.step_id), '[]')
    FROM saga_step t
    WHERE t.saga_id = s.saga_id),
  'compensations', (
    SELECT coalesce(json_agg(json_build_object(
      'name', regexp_replace(t.compensation_uri, '^[a-z]+:(//)?', ''),
      'step', t.name,
      'status', CASE WHEN t.status = 'COMPENSATED' THEN 'COMPLETED' WHEN s.state = 'FAILED' THEN 'FAILED' ELSE 'RUNNING' END,
      'startedAt', rfc3339(t.run_started_at),
      'completedAt', rfc3339(t.run_ended_at),
      'attempts', t.attempts,
      'error', t.last_error) ORDER BY t.run_started_at, t.step_id DESC), '[]')
    FROM saga_step t
    WHERE t.saga_id = s.saga_id
      AND t.compensation_uri IS NOT NULL
      AND t.run_started_at IS NOT NULL),
  'errors', (
    SELECT coalesce(json_agg(t.name || ': ' || t.last_error ORDER BY t.step_id), '[]')
    FROM saga_step t
    WHERE t.saga_id = s.saga_id
      AND t.last_error IS NOT NULL),
  'timeline', (
    SELECT coalesce(json_agg(line ORDER BY at, place), '[]')
    FROM (
      SELECT h.at, h.history_id AS place, json_build_object(
        'at', rfc3339(h.at), 'type', h.signal, 'from', h.from_status, 'to', h.to_status,
        'cause', h.cause, 'eventId', h.event_id, 'actor', h.actor, 'detail', h.detail) AS line
      FROM payment_history h
      WHERE h.payment_id = p.payment_id
      UNION ALL
      SELECT h.at, h.history_id, json_build_object(
        'at', rfc3339(h.at), 'type', h.type, 'from', h.from_state, 'to', h.to_state,
        'cause', h.cause, 'eventId', h.event_id, 'actor', h.actor, 'detail', h.detail)
      FROM saga_history h
      WHERE h.saga_id = s.saga_id
    ) AS entry),
  'related', (
    SELECT coalesce(json_agg(json_build_object(
      'sagaId', o.saga_id, 'kind', o.kind, 'state', o.state, 'refundId', r.refund_id) ORDER BY r.created_at), '[]')
    FROM refund r
    JOIN saga o ON o.saga_id = r.saga_id
    WHERE r.payment_id = p.payment_id)
)::text AS json
FROM payment p
JOIN saga s ON s.saga_id = p.saga_id
WHERE p.payment_id = :#paymentId
