-- Gives the lease back after a look at an active saga and says when the next one is.
UPDATE saga
SET lease_owner = NULL,
    lease_until = NULL,
    checks = checks + 1,
    reason = CASE WHEN state = :state THEN :error ELSE reason END,
    due_at = CASE
      -- Who moved or woke the saga meanwhile has set another time, which stands.
      WHEN due_at IS DISTINCT FROM :claimedDueAt THEN due_at
      WHEN deadline IS NULL THEN now() + COALESCE(:pause * interval '1 millisecond', interval '1 hour')
      WHEN deadline > now() THEN LEAST(now() + :pause * interval '1 millisecond', deadline)
      ELSE now() + COALESCE(:pause * interval '1 millisecond', interval '1 minute')
    END
WHERE saga_id = :sagaId AND lease_owner = :leaseOwner
RETURNING COALESCE(due_at <= now(), false) AS due
