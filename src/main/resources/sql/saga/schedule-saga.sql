-- Makes a saga that has not ended due after a pause, and an active one no later than its deadline.
UPDATE saga
SET due_at = CASE
  WHEN state IN ('STARTED', 'PAYMENT_CREATED', 'AWAITING_PAYMENT', 'PAYMENT_PROCESSING')
    THEN LEAST(now() + :pause * interval '1 millisecond', deadline)
  ELSE now() + :pause * interval '1 millisecond'
END
WHERE saga_id = :sagaId AND due_at IS NOT NULL
