-- Sagas, newest first, from a cursor on. Each filter is left out by NULL; of the branches one runs, along an index of its own.
WITH asked AS NOT MATERIALIZED (
  SELECT coalesce(:#state::text, CASE WHEN :#stuck::boolean THEN 'FAILED' END) AS state,
         :#stuck::boolean AS stuck,
         coalesce(:#cursorAt::timestamptz, 'infinity') AS before_at,
         coalesce(:#cursorId::text, '') AS before_id
), listed AS (
  (SELECT s AS saga, s.started_at, s.saga_id
   FROM saga s, asked
   WHERE asked.state IS NOT NULL
     AND s.state = asked.state
     AND (asked.stuck IS NULL OR (asked.state = 'FAILED') = asked.stuck)
     AND (s.started_at, s.saga_id) < (asked.before_at, asked.before_id)
   ORDER BY s.started_at DESC, s.saga_id DESC
   LIMIT :#limit::int)
  UNION ALL
  -- Stuck ones are few: passing over them costs nothing.
  (SELECT s, s.started_at, s.saga_id
   FROM saga s, asked
   WHERE asked.state IS NULL
     AND (asked.stuck IS NULL OR s.state <> 'FAILED')
     AND (s.started_at, s.saga_id) < (asked.before_at, asked.before_id)
   ORDER BY s.started_at DESC, s.saga_id DESC
   LIMIT :#limit::int)
)
SELECT saga_json(saga)::text AS json, saga_id AS id, rfc3339(started_at) AS at
FROM listed
ORDER BY started_at DESC, saga_id DESC
