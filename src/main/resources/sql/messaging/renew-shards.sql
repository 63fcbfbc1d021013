-- Says that a relay is alive, forgets those that are not, and renews the leases it still holds; the answer is how many relays
-- share the shards, and which of them are its own.
WITH gone AS (
  DELETE FROM relay_instance WHERE alive_until < now() AND instance <> :instance
), alive AS (
  INSERT INTO relay_instance (instance, alive_until)
  VALUES (:instance, now() + :aliveMillis * interval '1 millisecond')
  ON CONFLICT (instance) DO UPDATE SET alive_until = EXCLUDED.alive_until
), renewed AS (
  UPDATE relay_shard
  SET lease_until = now() + :leaseMillis * interval '1 millisecond'
  WHERE lease_owner = :instance AND lease_until > now()
  RETURNING shard::integer
)
SELECT
  (SELECT 1 + count(*) FROM relay_instance WHERE alive_until >= now() AND instance <> :instance) AS relays,
  ARRAY (SELECT shard FROM renewed ORDER BY shard) AS shards
