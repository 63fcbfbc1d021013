-- Disputes, newest first, from a cursor on. Each filter is left out by NULL.
SELECT dispute_json(d)::text AS json, d.dispute_id AS id, rfc3339(d.created_at) AS at
FROM dispute d
WHERE (:#status::text IS NULL OR d.status = upper(:#status::text))
  AND (:#cursorAt::timestamptz IS NULL
       OR (d.created_at, d.dispute_id) < (:#cursorAt::timestamptz, :#cursorId::text))
ORDER BY d.created_at DESC, d.dispute_id DESC
LIMIT :#limit::int
