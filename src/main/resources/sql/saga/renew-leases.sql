-- Prolongs the leases still held.
UPDATE saga
SET lease_until = now() + :lease * interval '1 millisecond'
FROM unnest(:sagaIds, :leaseOwners) AS held (saga_id, lease_owner)
WHERE saga.saga_id = held.saga_id AND saga.lease_owner = held.lease_owner
