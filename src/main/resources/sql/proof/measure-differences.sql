-- Open differences by kind, and how far behind the clock the standing proofs are.
SELECT 'difference' AS figure, kind AS name, count(*) AS value
FROM difference
WHERE state = 'OPEN'
GROUP BY kind
UNION ALL
SELECT 'age', proof_id, extract(epoch FROM now() - proven_to)::bigint
FROM money_proof
WHERE standing
