-- Gives the lease back and says when the saga is due again.
UPDATE saga
SET lease_owner = NULL,
    lease_until = NULL,
    checks = checks + :checks,
    -- Who moved or woke the saga meanwhile has set another time, which stands.
    due_at = CASE WHEN due_at = :claimedDueAt THEN now() + :pause * interval '1 millisecond' ELSE due_at END
WHERE saga_id = :sagaId AND lease_owner = :leaseOwner
RETURNING COALESCE(due_at <= now(), false) AS due
