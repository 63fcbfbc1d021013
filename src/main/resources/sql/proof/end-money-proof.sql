-- A proof has come to its end; a standing one goes on after a pause.
UPDATE money_proof
SET ended_at = now(),
    to_at = :to,
    next_at = CASE WHEN standing THEN now() + :pauseMillis * interval '1 millisecond' END
WHERE proof_id = :proofId AND ended_at IS NULL
