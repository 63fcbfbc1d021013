-- Keeps the final answer of the call that has the key; no row when it has lost it.
UPDATE idempotency_key
SET status = :status,
    content_type = :contentType,
    location = :location,
    body = :body,
    claim = NULL,
    lease_until = NULL
WHERE caller = :caller AND key = :key AND claim = :claim
