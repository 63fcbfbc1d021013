-- Sagas, newest first, from a cursor on. Each filter is left out by NULL.
SELECT saga_json(s)::text AS json, s.saga_id AS id, rfc3339(s.started_at) AS at
FROM saga s
WHERE (:#state::text IS NULL OR s.state = :#state::text)
  AND (:#stuck::boolean IS NULL OR (s.state = 'FAILED') = :#stuck::boolean)
  AND (:#cursorAt::timestamptz IS NULL
       OR (s.started_at, s.saga_id) < (:#cursorAt::timestamptz, :#cursorId::text))
ORDER BY s.started_at DESC, s.saga_id DESC
LIMIT :#limit::int
