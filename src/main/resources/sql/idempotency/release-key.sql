-- Gives back a key without a final answer; whoever repeats the call goes on with it.
UPDATE idempotency_key
SET claim = NULL,
    lease_until = NULL
WHERE caller = :caller AND key = :key AND claim = :claim
