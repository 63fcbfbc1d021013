-- Takes shards whose lease is free or over, those first that nobody has held for longest; the answer is which.
UPDATE relay_shard
SET lease_owner = :instance, lease_until = now() + :leaseMillis * interval '1 millisecond'
WHERE shard IN (
  SELECT shard FROM relay_shard WHERE lease_until <= now()
  ORDER BY lease_until, shard LIMIT :wanted FOR UPDATE SKIP LOCKED)
RETURNING shard
