-- How much work is waiting. Counting stops where it would take long.
SELECT
  (SELECT count(*) FROM (SELECT FROM outbox LIMIT 1000001) AS waiting) AS pending,
  (SELECT coalesce(extract(epoch FROM now() - min(first.at))::bigint, 0)
   FROM generate_series(0, 15) AS share
   CROSS JOIN LATERAL (SELECT at FROM outbox WHERE shard = share ORDER BY outbox_id LIMIT 1) AS first) AS oldest_seconds,
  (SELECT count(*) FROM saga WHERE state IN ('STARTED', 'PAYMENT_CREATED', 'AWAITING_PAYMENT', 'PAYMENT_PROCESSING'))
    + (SELECT count(*) FROM saga WHERE state IN ('PAYMENT_COMPLETED', 'PAYMENT_FAILED', 'COMPENSATING')) AS active,
  (SELECT count(*) FROM saga WHERE state = 'FAILED') AS stuck
