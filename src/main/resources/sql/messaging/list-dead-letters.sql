-- Dead letters, newest first, from a cursor on. Each filter is left out by NULL.
SELECT dead_letter_json(d)::text AS json, d.dead_letter_id AS id, rfc3339(d.at) AS at
FROM dead_letter d
WHERE (:#status::text IS NULL OR d.status = :#status::text)
  AND (:#topic::text IS NULL OR d.topic = :#topic::text)
  AND (:#cursorAt::timestamptz IS NULL
       OR (d.at, d.dead_letter_id) < (:#cursorAt::timestamptz, :#cursorId::text))
ORDER BY d.at DESC, d.dead_letter_id DESC
LIMIT :#limit::int
