-- The proof whose turn it is; whoever takes it has ten minutes for each slice before another one may. A standing one begins its next
-- stretch where its last one ended.
UPDATE money_proof p
SET next_at = now() + interval '10 minutes',
    from_at = CASE WHEN p.ended_at IS NULL THEN p.from_at ELSE p.proven_to END,
    to_at = CASE WHEN p.ended_at IS NULL THEN p.to_at END,
    totals = CASE WHEN p.ended_at IS NULL THEN p.totals ELSE '{}' END,
    started_at = CASE WHEN p.ended_at IS NULL THEN p.started_at ELSE now() END,
    ended_at = NULL
WHERE p.proof_id = (
  SELECT due.proof_id
  FROM money_proof due
  WHERE due.next_at <= now()
  ORDER BY due.next_at
  LIMIT 1
  FOR UPDATE SKIP LOCKED)
RETURNING p.proof_id, p.standing, p.proven_to, p.to_at, extract(epoch FROM p.lag)::bigint AS lag_seconds, p.totals::text AS totals
