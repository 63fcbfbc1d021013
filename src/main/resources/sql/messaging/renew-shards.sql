-- Renews the leases a relay still holds; the answer is which.
UPDATE relay_shard
SET lease_until = now() + :leaseMillis * interval '1 millisecond'
WHERE lease_owner = :instance AND lease_until > now()
RETURNING shard
