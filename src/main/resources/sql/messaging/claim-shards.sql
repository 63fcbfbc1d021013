-- Takes shards whose lease is free or over; the answer is which.
UPDATE relay_shard
SET lease_owner = :instance, lease_until = now() + :leaseMillis * interval '1 millisecond'
WHERE shard IN (
  SELECT shard FROM relay_shard WHERE lease_until <= now()
  ORDER BY shard LIMIT :wanted FOR UPDATE SKIP LOCKED)
RETURNING shard
