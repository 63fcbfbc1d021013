-- A page of the payments created in a stretch of time, oldest first, from behind a payment on.
SELECT payment_id, stripe_session_id, created_at
FROM payment
WHERE (created_at, payment_id) > (:from, :after) AND created_at < :to
ORDER BY created_at, payment_id
LIMIT :limit
