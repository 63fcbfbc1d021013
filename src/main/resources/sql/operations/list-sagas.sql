-- Sagas, newest first, from a cursor on. Each filter is left out by NULL.
SELECT
  json_build_object(
    'sagaId', s.saga_id,
    'paymentId', coalesce(p.payment_id, r.payment_id),
    'kind', s.kind,
    'state', s.state,
    'stuck', s.state = 'FAILED',
    'reason', s.reason,
    'since', rfc3339(s.since))::text AS json,
  s.saga_id,
  rfc3339(s.started_at) AS started_at
FROM saga s
LEFT JOIN payment p ON p.saga_id = s.saga_id
LEFT JOIN refund r ON r.saga_id = s.saga_id
WHERE (:#state::text IS NULL OR s.state = :#state::text)
  AND (:#stuck::boolean IS NULL OR (s.state = 'FAILED') = :#stuck::boolean)
  AND (:#cursorAt::timestamptz IS NULL
       OR (s.started_at, s.saga_id) < (:#cursorAt::timestamptz, :#cursorId::text))
ORDER BY s.started_at DESC, s.saga_id DESC
LIMIT :#limit::int
