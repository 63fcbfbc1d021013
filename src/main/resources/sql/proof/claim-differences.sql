-- Payments with differences that are to be looked at again, and when after that, should whoever looks not come back.
WITH claimed AS (
  UPDATE difference
  SET look_at = now() + interval '10 minutes'
  WHERE difference_id IN (
    SELECT d.difference_id
    FROM difference d
    WHERE d.look_at <= now()
    ORDER BY d.look_at
    LIMIT 100
    FOR UPDATE SKIP LOCKED)
  RETURNING payment_id
)
SELECT DISTINCT payment_id
FROM claimed
