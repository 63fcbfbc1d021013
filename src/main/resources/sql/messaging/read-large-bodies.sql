-- The bodies of some events, oldest first, until they come to :bytes; of the first event in any case.
SELECT outbox_id, convert_to(body, 'UTF8') AS body
FROM (
  SELECT outbox_id, body, sum(octet_length(body)) OVER (ORDER BY outbox_id) - octet_length(body) AS bytes_before
  FROM outbox JOIN unnest(:shards::smallint[], :ids::bigint[]) AS large (shard, outbox_id) USING (shard, outbox_id)) AS sized
WHERE bytes_before < :bytes
