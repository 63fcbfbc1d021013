-- Gives shards up for other relays to claim.
UPDATE relay_shard
SET lease_owner = NULL, lease_until = now()
WHERE lease_owner = :instance AND shard = ANY (:shards)
