-- How much work is waiting, at a cost that does not grow with it. Up to :counted events are counted; of more, each shard's share
-- of the ids behind its oldest events is taken: ids are given out in turn, and shards are drawn by hash. The very oldest are
-- passed over, as a few may be held up for long.
SELECT
  CASE WHEN few.events <= :counted THEN few.events ELSE greatest(few.events, many.events) END AS pending,
  (SELECT coalesce(extract(epoch FROM now() - at)::bigint, 0) FROM outbox ORDER BY outbox_id LIMIT 1) AS oldest_seconds,
  (SELECT count(*) FROM (
     SELECT FROM saga WHERE state IN ('STARTED', 'PAYMENT_CREATED', 'AWAITING_PAYMENT', 'PAYMENT_PROCESSING')
     ORDER BY due_at LIMIT :countedSagas) AS counted)
   + (SELECT count(*) FROM (
     SELECT FROM saga WHERE state IN ('PAYMENT_COMPLETED', 'PAYMENT_FAILED', 'COMPENSATING')
     ORDER BY due_at LIMIT :countedSagas) AS counted) AS active,
  (SELECT count(*) FROM saga WHERE state = 'FAILED') AS stuck
FROM
  (SELECT count(*) AS events FROM (SELECT FROM outbox ORDER BY outbox_id LIMIT :counted + 1) AS counted) AS few,
  (SELECT coalesce(sum(20 + (newest.outbox_id - old.outbox_id) / shards.number), 0)::bigint AS events
   FROM (SELECT outbox_id FROM outbox ORDER BY outbox_id DESC LIMIT 1) AS newest
   CROSS JOIN (SELECT count(*) AS number FROM relay_shard) AS shards
   CROSS JOIN relay_shard
   CROSS JOIN LATERAL (
     SELECT outbox_id FROM outbox WHERE outbox.shard = relay_shard.shard ORDER BY outbox_id LIMIT 1 OFFSET 20) AS old) AS many
