-- Ends a saga whose compensations or completions have all run, under the lease.
WITH ended AS (
  UPDATE saga
  SET state = :end, since = now(), ended_at = now(), due_at = NULL, lease_owner = NULL, lease_until = NULL
  WHERE saga_id = :sagaId AND lease_owner = :leaseOwner AND state = :state
  RETURNING saga_id
)
INSERT INTO saga_history (saga_id, type, from_state, to_state, cause)
SELECT saga_id, 'state', :state, :end, 'recovery' FROM ended
