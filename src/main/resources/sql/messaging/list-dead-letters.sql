-- Dead letters, newest first, from a cursor on. Each filter is left out by NULL; of the branches one runs, along an index of its own.
-- A page ends early where its items are large; found tells how many there would be.
WITH asked AS NOT MATERIALIZED (
  SELECT :#status::text AS status,
         :#topic::text AS topic,
         coalesce(:#cursorAt::timestamptz, 'infinity') AS before_at,
         coalesce(:#cursorId::text, '') AS before_id
), listed AS (
  (SELECT d AS dead_letter, d.at, d.dead_letter_id
   FROM dead_letter d, asked
   WHERE asked.status IS NOT NULL AND asked.topic IS NOT NULL
     AND d.status = asked.status
     AND d.topic = asked.topic
     AND (d.at, d.dead_letter_id) < (asked.before_at, asked.before_id)
   ORDER BY d.at DESC, d.dead_letter_id DESC
   LIMIT :#limit::int)
  UNION ALL
  (SELECT d, d.at, d.dead_letter_id
   FROM dead_letter d, asked
   WHERE asked.status IS NOT NULL AND asked.topic IS NULL
     AND d.status = asked.status
     AND (d.at, d.dead_letter_id) < (asked.before_at, asked.before_id)
   ORDER BY d.at DESC, d.dead_letter_id DESC
   LIMIT :#limit::int)
  UNION ALL
  (SELECT d, d.at, d.dead_letter_id
   FROM dead_letter d, asked
   WHERE asked.status IS NULL AND asked.topic IS NOT NULL
     AND d.topic = asked.topic
     AND (d.at, d.dead_letter_id) < (asked.before_at, asked.before_id)
   ORDER BY d.at DESC, d.dead_letter_id DESC
   LIMIT :#limit::int)
  UNION ALL
  (SELECT d, d.at, d.dead_letter_id
   FROM dead_letter d, asked
   WHERE asked.status IS NULL AND asked.topic IS NULL
     AND (d.at, d.dead_letter_id) < (asked.before_at, asked.before_id)
   ORDER BY d.at DESC, d.dead_letter_id DESC
   LIMIT :#limit::int)
), shown AS MATERIALIZED (
  SELECT dead_letter_json(dead_letter)::text AS json, dead_letter_id AS id, at AS at
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
