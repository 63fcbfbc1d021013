-- A proof could not go on; it is tried again soon.
UPDATE money_proof
SET error = :error,
    next_at = now() + interval '1 minute'
WHERE proof_id = :proofId AND ended_at IS NULL
