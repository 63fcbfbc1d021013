-- Sagas with an outcome are claimed before those that are only to be looked at.
DROP INDEX saga_due;
CREATE INDEX saga_due_concluding ON saga (due_at)
  WHERE state IN ('PAYMENT_COMPLETED', 'PAYMENT_FAILED', 'COMPENSATING');
CREATE INDEX saga_due_active ON saga (due_at)
  WHERE state IN ('STARTED', 'PAYMENT_CREATED', 'AWAITING_PAYMENT', 'PAYMENT_PROCESSING');
