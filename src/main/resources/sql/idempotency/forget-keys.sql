-- Forgets some of the keys that have expired, oldest first; instances do not wait for each other. No row when there are none.
WITH forgotten AS (
  DELETE FROM idempotency_key
  WHERE ctid = ANY (ARRAY(
    SELECT ctid
    FROM idempotency_key
    WHERE expires_at <= now()
    ORDER BY expires_at
    LIMIT 5000
    FOR UPDATE SKIP LOCKED))
  RETURNING key
)
SELECT count(*) AS forgotten
FROM forgotten
HAVING count(*) > 0
