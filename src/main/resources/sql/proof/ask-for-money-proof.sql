-- Somebody wants a stretch of time compared; the next free instance does.
INSERT INTO money_proof (proof_id, from_at, to_at, proven_to, actor, reason, next_at)
VALUES (:#proofId, :#from::timestamptz, :#to::timestamptz, :#from::timestamptz, :#actor, :#reason, now())
