-- Sagas, newest first, from a cursor on. Each filter is left out by NULL; of the branches one runs, along an index of its own.
-- A page ends early where its items are large; found tells how many there would be.
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
), shown AS MATERIALIZED (
  SELECT saga_json(saga)::text AS json, saga_id AS id, started_at AS at
  FROM listed
), measured AS (
  SELECT json, id, at,
         row_number() OVER newest AS place,
         sum(octet_length(json)) OVER newest AS bytes,
         count(*) OVER () AS found
  FROM shown
  WINDOW newest AS (ORDER BY at DESC, id DESC)
)
SELECT json, id, rfc3339(at) AS at, found
FROM measured
WHERE place = 1 OR bytes <= :#mostBytes::bigint
ORDER BY place
