-- Proofs, newest first, from a cursor on.
SELECT money_proof_json(p)::text AS json, p.proof_id AS id, rfc3339(p.started_at) AS at
FROM money_proof p
WHERE :#cursorAt::timestamptz IS NULL
   OR (p.started_at, p.proof_id) < (:#cursorAt::timestamptz, :#cursorId::text)
ORDER BY p.started_at DESC, p.proof_id DESC
LIMIT :#limit::int
