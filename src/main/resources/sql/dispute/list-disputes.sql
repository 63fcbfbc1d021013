-- Disputes, newest first, from a cursor on. Each filter is left out by NULL; of the branches one runs, along an index of its own.
WITH asked AS NOT MATERIALIZED (
  SELECT upper(:#status::text) AS status,
         coalesce(:#cursorAt::timestamptz, 'infinity') AS before_at,
         coalesce(:#cursorId::text, '') AS before_id
), listed AS (
  (SELECT d AS dispute, d.created_at, d.dispute_id
   FROM dispute d, asked
   WHERE asked.status IS NOT NULL
     AND d.status = asked.status
     AND (d.created_at, d.dispute_id) < (asked.before_at, asked.before_id)
   ORDER BY d.created_at DESC, d.dispute_id DESC
   LIMIT :#limit::int)
  UNION ALL
  (SELECT d, d.created_at, d.dispute_id
   FROM dispute d, asked
   WHERE asked.status IS NULL
     AND (d.created_at, d.dispute_id) < (asked.before_at, asked.before_id)
   ORDER BY d.created_at DESC, d.dispute_id DESC
   LIMIT :#limit::int)
)
SELECT dispute_json(dispute)::text AS json, dispute_id AS id, rfc3339(created_at) AS at
FROM listed
ORDER BY created_at DESC, dispute_id DESC
