-- Differences, newest first, from a cursor on. Each filter is left out by NULL.
SELECT difference_json(d)::text AS json, d.difference_id AS id, rfc3339(d.first_seen) AS at
FROM difference d
WHERE (:#state::text IS NULL OR d.state = :#state::text)
  AND (:#kind::text IS NULL OR d.kind = :#kind::text)
  AND (:#paymentId::text IS NULL OR d.payment_id = :#paymentId::text)
  AND (:#cursorAt::timestamptz IS NULL
       OR (d.first_seen, d.difference_id) < (:#cursorAt::timestamptz, :#cursorId::text))
ORDER BY d.first_seen DESC, d.difference_id DESC
LIMIT :#limit::int
