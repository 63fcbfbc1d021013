-- What was captured need not be in the payment's currency; what a bank took back is gone, and not refunded.
ALTER TABLE payment
  ADD COLUMN captured_currency char(3),
  ADD COLUMN open_disputes     integer NOT NULL DEFAULT 0 CHECK (open_disputes >= 0),
  ADD COLUMN lost_amount       bigint NOT NULL DEFAULT 0 CHECK (lost_amount >= 0);
UPDATE payment SET captured_currency = currency WHERE captured_amount > 0;
ALTER TABLE payment
  ADD CHECK (status NOT IN ('COMPLETED', 'PARTIALLY_REFUNDED', 'REFUNDED') OR captured_currency = currency);

-- Counts the idempotency keys its call to Stripe has gone under: one that Stripe answers with a stored failure is of no more use.
ALTER TABLE refund ADD COLUMN key_round integer NOT NULL DEFAULT 1;

-- What cardholders' banks want back, as Stripe reports it.
CREATE TABLE dispute (
  dispute_id    text PRIMARY KEY,
  payment_id    text NOT NULL REFERENCES payment,
  amount        bigint NOT NULL CHECK (amount >= 0),
  currency      char(3) NOT NULL,
  status        text NOT NULL CHECK (status IN ('OPEN', 'WON', 'LOST')),
  -- Stripe's own word, which tells more.
  stripe_status text NOT NULL,
  reason        text,
  created_at    timestamptz NOT NULL,
  updated_at    timestamptz NOT NULL,
  closed_at     timestamptz,
  CHECK ((status = 'OPEN') = (closed_at IS NULL))
);
CREATE INDEX dispute_payment ON dispute (payment_id, created_at);
CREATE INDEX dispute_newest ON dispute (created_at DESC, dispute_id DESC);

-- An event that comes before the payment it is about can be told from it waits for it.
ALTER TABLE stripe_event
  ADD COLUMN claimed_payment_id text,
  ADD COLUMN payment_intent_id  text,
  -- When its payment is looked for again; NULL when there is nothing to look for, or no more.
  ADD COLUMN match_at           timestamptz,
  ADD CHECK (match_at IS NULL OR payment_id IS NULL);
CREATE INDEX stripe_event_match ON stripe_event (match_at) WHERE match_at IS NOT NULL;
CREATE INDEX stripe_event_kept_intent ON stripe_event (payment_intent_id) WHERE match_at IS NOT NULL;
CREATE INDEX stripe_event_kept_payment ON stripe_event (claimed_payment_id) WHERE match_at IS NOT NULL;

-- How far Stripe's list of events has been read, and when it is read again, by whichever instance comes first.
CREATE TABLE stripe_event_sweep (
  one       boolean PRIMARY KEY DEFAULT true CHECK (one),
  read_to   timestamptz NOT NULL,
  next_at   timestamptz NOT NULL
);
INSERT INTO stripe_event_sweep (read_to, next_at) VALUES (now(), now());

-- A dispute as the API shows it.
CREATE FUNCTION dispute_json(d dispute) RETURNS json
  LANGUAGE sql STABLE
  RETURN json_build_object(
    'disputeId', d.dispute_id,
    'paymentId', d.payment_id,
    'amount', d.amount,
    'currency', d.currency,
    'status', lower(d.status),
    'stripeStatus', d.stripe_status,
    'reason', d.reason,
    'createdAt', rfc3339(d.created_at),
    'updatedAt', rfc3339(d.updated_at),
    'closedAt', rfc3339(d.closed_at));

CREATE OR REPLACE FUNCTION payment_json(p payment) RETURNS json
  LANGUAGE sql STABLE
  RETURN json_build_object(
    'paymentId', p.payment_id,
    'orderId', p.order_id,
    'userId', p.user_id,
    'sagaId', p.saga_id,
    'correlationId', p.correlation_id,
    'status', p.status,
    'amount', p.amount,
    'currency', p.currency,
    'items', p.checkout -> 'items',
    'stripeSessionId', p.stripe_session_id,
    'stripePaymentIntentId', p.stripe_payment_intent_id,
    'expiresAt', rfc3339(p.expires_at),
    'failureReason', p.failure_reason,
    'cancelReason', p.cancel_reason,
    'attempts', p.attempts,
    'capturedAmount', p.captured_amount,
    'capturedCurrency', p.captured_currency,
    'refundedAmount', p.refunded_amount,
    'lostAmount', p.lost_amount,
    'createdAt', rfc3339(p.created_at),
    'updatedAt', rfc3339(p.updated_at),
    'completedAt', rfc3339(p.completed_at),
    'refunds', (
      SELECT coalesce(json_agg(refund_json(r) ORDER BY r.created_at, r.refund_id), '[]')
      FROM refund r
      WHERE r.payment_id = p.payment_id),
    'disputes', (
      SELECT coalesce(json_agg(dispute_json(d) ORDER BY d.created_at, d.dispute_id), '[]')
      FROM dispute d
      WHERE d.payment_id = p.payment_id));
