-- Ties the payment that a call is about to make to its key; no row when the call has lost the key.
UPDATE idempotency_key
SET payment_id = :paymentId
WHERE caller = :caller AND key = :key AND claim = :claim
