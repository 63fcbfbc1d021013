-- Erasures that wait for payments to be settled, and when they are looked at after that: in twice their age, at most an hour.
UPDATE erasure
SET next_at = now() + least(interval '1 hour', greatest(interval '5 seconds', now() - asked_at))
WHERE erasure_id IN (
  SELECT e.erasure_id
  FROM erasure e
  WHERE e.next_at <= now()
  ORDER BY e.next_at
  LIMIT 10
  FOR UPDATE SKIP LOCKED)
RETURNING erasure_id, user_id, asked_at, actor, reason
