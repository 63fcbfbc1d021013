-- One proof, as operators see it in lists.
SELECT money_proof_json(p)::text AS json
FROM money_proof p
WHERE p.proof_id = :#${header.proofId}
