-- A slice of a proof was compared; there is more.
UPDATE money_proof
SET proven_to = :provenTo,
    to_at = :to,
    totals = :totals::jsonb,
    error = NULL,
    next_at = now() + interval '10 minutes'
WHERE proof_id = :proofId AND ended_at IS NULL AND proven_to <= :provenTo
