-- The payments of the refunds created in a stretch of time.
SELECT DISTINCT payment_id
FROM refund
WHERE created_at >= :from AND created_at < :to
