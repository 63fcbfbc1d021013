-- Claims a caller's key for one call; no row when another call has it, has answered it, or meant something else by it. A key that
-- has expired begins anew; one without a final answer is gone on with.
INSERT INTO idempotency_key AS k (caller, key, fingerprint, expires_at, claim, lease_until)
VALUES (:caller, :key, :fingerprint, now() + :kept * interval '1 millisecond', :claim, now() + :lease * interval '1 millisecond')
ON CONFLICT (caller, key) DO UPDATE
SET claim = EXCLUDED.claim,
    lease_until = EXCLUDED.lease_until,
    fingerprint = EXCLUDED.fingerprint,
    expires_at = CASE WHEN k.expires_at <= now() THEN EXCLUDED.expires_at ELSE k.expires_at END,
    payment_id = CASE WHEN k.expires_at > now() THEN k.payment_id END,
    status = NULL,
    content_type = NULL,
    location = NULL,
    body = NULL
WHERE k.expires_at <= now()
   OR (k.status IS NULL AND k.fingerprint = EXCLUDED.fingerprint AND coalesce(k.lease_until <= now(), true))
RETURNING payment_id
