-- Payments, newest first, from a cursor on. Each filter is left out by NULL.
SELECT payment_json(p)::text AS json, p.payment_id AS id, rfc3339(p.created_at) AS at
FROM payment p
WHERE (:#orderId::text IS NULL OR p.order_id = :#orderId::text)
  AND (:#userId::text IS NULL OR p.user_id = :#userId::text)
  AND (:#status::text IS NULL OR p.status = :#status::text)
  AND (:#from::timestamptz IS NULL OR p.created_at >= :#from::timestamptz)
  AND (:#to::timestamptz IS NULL OR p.created_at < :#to::timestamptz)
  AND (:#cursorAt::timestamptz IS NULL
       OR (p.created_at, p.payment_id) < (:#cursorAt::timestamptz, :#cursorId::text))
ORDER BY p.created_at DESC, p.payment_id DESC
LIMIT :#limit::int
