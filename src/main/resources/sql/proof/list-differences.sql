-- Differences, newest first, from a cursor on. Each filter is left out by NULL. A page ends early where its items are large; found
-- tells how many there would be.
WITH listed AS (
  SELECT d AS difference, d.first_seen, d.difference_id
  FROM difference d
  WHERE (:#state::text IS NULL OR d.state = :#state::text)
    AND (:#kind::text IS NULL OR d.kind = :#kind::text)
    AND (:#paymentId::text IS NULL OR d.payment_id = :#paymentId::text)
    AND (:#cursorAt::timestamptz IS NULL
         OR (d.first_seen, d.difference_id) < (:#cursorAt::timestamptz, :#cursorId::text))
  ORDER BY d.first_seen DESC, d.difference_id DESC
  LIMIT :#limit::int
), shown AS MATERIALIZED (
  SELECT difference_json(difference)::text AS json, difference_id AS id, first_seen AS at
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
