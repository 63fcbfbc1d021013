-- Sets by when an active saga has to come to its outcome.
UPDATE saga
SET deadline = :deadline,
    due_at = LEAST(due_at, :deadline)
WHERE saga_id = :sagaId AND state IN ('STARTED', 'PAYMENT_CREATED', 'AWAITING_PAYMENT', 'PAYMENT_PROCESSING')
