-- As read-outbox, without the events of some types, nor those that follow one of them in its order. For that all waiting events
-- of the shards are looked through, once and without their bodies; so it is asked only while a topic takes nothing.
WITH free AS MATERIALIZED (
  SELECT shard, outbox_id
  FROM (
    SELECT shard, outbox_id,
      bool_or(event_type = ANY (:types::text[])) OVER (PARTITION BY order_id COLLATE "C" ORDER BY outbox_id) AS waits
    FROM outbox
    WHERE shard = ANY (:shards::smallint[]) AND order_id <> ALL (:orders::text[])) AS looked_through
  WHERE NOT waits
  ORDER BY outbox_id LIMIT :perShard * cardinality(:shards::smallint[])
)
SELECT o.shard, o.outbox_id, o.event_id, o.event_type, o.payment_id, o.order_id, o.at,
       CASE WHEN octet_length(o.body) <= :large THEN convert_to(o.body, 'UTF8') END AS body,
       o.correlation_id, o.traceparent
FROM free JOIN outbox AS o USING (shard, outbox_id)
