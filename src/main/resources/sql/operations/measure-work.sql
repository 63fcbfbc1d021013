-- How much work is waiting, at a cost that does not grow with it. Up to :counted events of a shard are counted; where there are
-- more, it is the shard's share of the ids behind its oldest events: ids are given out in turn, and shards are drawn by hash. The
-- very oldest are passed over, as a few may be held up for long. When many are, that share is too large: then it is what the
-- server's statistics say, unless they have just been lost in a crash and know of fewer than were counted.
WITH share AS (
  SELECT oldest.at, newest.outbox_id AS newest,
    (SELECT count(*) FROM (
       SELECT FROM outbox WHERE outbox.shard = relay_shard.shard ORDER BY outbox_id LIMIT :counted + 1) AS counted) AS events,
    (SELECT outbox_id FROM outbox WHERE outbox.shard = relay_shard.shard ORDER BY outbox_id LIMIT 1 OFFSET 20) AS old
  FROM relay_shard
  CROSS JOIN LATERAL (
    SELECT at FROM outbox WHERE outbox.shard = relay_shard.shard ORDER BY outbox_id LIMIT 1) AS oldest
  CROSS JOIN LATERAL (
    SELECT outbox_id FROM outbox WHERE outbox.shard = relay_shard.shard ORDER BY outbox_id DESC LIMIT 1) AS newest
), waiting AS (
  SELECT min(at) AS oldest, coalesce(sum(events), 0) AS counted, coalesce(bool_and(events <= :counted), true) AS all_counted,
    sum(CASE
      WHEN events <= :counted THEN events
      ELSE greatest(events, 20 + ((SELECT max(newest) FROM share) - old) / (SELECT count(*) FROM relay_shard)) END) AS at_most,
    pg_stat_get_live_tuples('outbox'::regclass) AS known
  FROM share
)
SELECT
  (CASE WHEN all_counted THEN counted WHEN known >= counted THEN least(known, at_most) ELSE at_most END)::bigint AS pending,
  coalesce(extract(epoch FROM now() - oldest)::bigint, 0) AS oldest_seconds,
  (SELECT count(*) FROM (
     SELECT FROM saga WHERE state IN ('STARTED', 'PAYMENT_CREATED', 'AWAITING_PAYMENT', 'PAYMENT_PROCESSING')
     ORDER BY due_at LIMIT :countedSagas) AS counted)
   + (SELECT count(*) FROM (
     SELECT FROM saga WHERE state IN ('PAYMENT_COMPLETED', 'PAYMENT_FAILED', 'COMPENSATING')
     ORDER BY due_at LIMIT :countedSagas) AS counted) AS active,
  (SELECT count(*) FROM saga WHERE state = 'FAILED') AS stuck
FROM waiting
