-- Payments, newest first, from a cursor on. Each filter is left out by NULL. Every combination of filters has its own branch, along
-- an index of its own; the others do not run, whatever plan is cached. A page ends early where its items are large; found tells how
-- many there would be.
WITH asked AS NOT MATERIALIZED (
  SELECT :#orderId::text AS order_id,
         :#userId::text AS user_id,
         :#status::text AS status,
         coalesce(:#from::timestamptz, '-infinity') AS since,
         -- Whichever is earlier, the end of the period or the cursor: one bound for the index to begin at.
         least(:#to::timestamptz, :#cursorAt::timestamptz, 'infinity') AS before_at,
         CASE WHEN :#cursorAt::timestamptz < coalesce(:#to::timestamptz, 'infinity') THEN :#cursorId::text ELSE '' END AS before_id
), listed AS (
  (SELECT p AS payment, p.created_at, p.payment_id
   FROM payment p, asked
   WHERE asked.order_id IS NOT NULL
     AND p.order_id = asked.order_id
     AND p.user_id = coalesce(asked.user_id, p.user_id)
     AND p.status = coalesce(asked.status, p.status)
     AND p.created_at >= asked.since
     AND (p.created_at, p.payment_id) < (asked.before_at, asked.before_id)
   ORDER BY p.created_at DESC, p.payment_id DESC
   LIMIT :#limit::int)
  UNION ALL
  (SELECT p, p.created_at, p.payment_id
   FROM payment p, asked
   WHERE asked.order_id IS NULL AND asked.user_id IS NOT NULL AND asked.status IS NULL
     AND p.user_id = asked.user_id
     AND p.created_at >= asked.since
     AND (p.created_at, p.payment_id) < (asked.before_at, asked.before_id)
   ORDER BY p.created_at DESC, p.payment_id DESC
   LIMIT :#limit::int)
  UNION ALL
  (SELECT p, p.created_at, p.payment_id
   FROM payment p, asked
   WHERE asked.order_id IS NULL AND asked.user_id IS NOT NULL AND asked.status IS NOT NULL
     AND p.user_id = asked.user_id
     AND p.status = asked.status
     AND p.created_at >= asked.since
     AND (p.created_at, p.payment_id) < (asked.before_at, asked.before_id)
   ORDER BY p.created_at DESC, p.payment_id DESC
   LIMIT :#limit::int)
  UNION ALL
  (SELECT p, p.created_at, p.payment_id
   FROM payment p, asked
   WHERE asked.order_id IS NULL AND asked.user_id IS NULL AND asked.status IS NOT NULL
     AND p.status = asked.status
     AND p.created_at >= asked.since
     AND (p.created_at, p.payment_id) < (asked.before_at, asked.before_id)
   ORDER BY p.created_at DESC, p.payment_id DESC
   LIMIT :#limit::int)
  UNION ALL
  (SELECT p, p.created_at, p.payment_id
   FROM payment p, asked
   WHERE asked.order_id IS NULL AND asked.user_id IS NULL AND asked.status IS NULL
     AND p.created_at >= asked.since
     AND (p.created_at, p.payment_id) < (asked.before_at, asked.before_id)
   ORDER BY p.created_at DESC, p.payment_id DESC
   LIMIT :#limit::int)
), shown AS MATERIALIZED (
  SELECT payment_json(payment)::text AS json, payment_id AS id, created_at AS at
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
