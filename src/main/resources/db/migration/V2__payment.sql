-- One row an order that was heard of or paid for; locked to let a checkout and a cancellation meet.
CREATE TABLE order_reference (
  order_id        text PRIMARY KEY,
  created_event   text,
  created_at      timestamptz,
  cancelled_event text,
  cancelled_at    timestamptz,
  cancel_reason   text,
  cancelled_by    text
);

CREATE TABLE payment (
  payment_id               text PRIMARY KEY,
  order_id                 text NOT NULL REFERENCES order_reference,
  user_id                  text NOT NULL,
  customer_email           text NOT NULL,
  currency                 char(3) NOT NULL,
  amount                   bigint NOT NULL CHECK (amount > 0),
  status                   text NOT NULL CHECK (status IN (
    'PENDING', 'PROCESSING', 'COMPLETED', 'PARTIALLY_REFUNDED', 'REFUNDED', 'FAILED', 'CANCELLED')),
  saga_id                  text NOT NULL UNIQUE REFERENCES saga,
  correlation_id           text NOT NULL,
  traceparent              text,
  -- What was asked for: the items and all that goes to Stripe, as it was first sent.
  checkout                 jsonb NOT NULL,
  expires_at               timestamptz NOT NULL,
  stripe_session_id        text UNIQUE,
  stripe_payment_intent_id text,
  stripe_charge_id         text,
  receipt_url              text,
  attempts                 integer NOT NULL DEFAULT 0,
  last_declined_charge     text,
  failure_reason           text,
  decline_code             text,
  cancel_reason            text,
  -- The status this payment gets once no money can come any more; set when its rollback begins.
  closing                  text CHECK (closing IN ('FAILED', 'CANCELLED')),
  rollback_announced       boolean NOT NULL DEFAULT false,
  pending_commands         jsonb NOT NULL DEFAULT '[]',
  captured_amount          bigint NOT NULL DEFAULT 0 CHECK (captured_amount >= 0),
  -- Every refund that is pending or succeeded; never more than what was captured.
  refund_reserved          bigint NOT NULL DEFAULT 0 CHECK (refund_reserved >= 0),
  refunded_amount          bigint NOT NULL DEFAULT 0 CHECK (refunded_amount >= 0),
  sequence                 bigint NOT NULL DEFAULT 0,
  version                  bigint NOT NULL DEFAULT 0,
  created_at               timestamptz NOT NULL,
  updated_at               timestamptz NOT NULL,
  completed_at             timestamptz,
  CHECK (refund_reserved <= captured_amount),
  CHECK (refunded_amount <= refund_reserved),
  CHECK (status NOT IN ('COMPLETED', 'PARTIALLY_REFUNDED', 'REFUNDED') OR captured_amount = amount)
);
-- One live payment an order.
CREATE UNIQUE INDEX payment_live_order ON payment (order_id)
  WHERE status IN ('PENDING', 'PROCESSING', 'COMPLETED', 'PARTIALLY_REFUNDED');
CREATE INDEX payment_order ON payment (order_id, created_at DESC, payment_id DESC);
CREATE INDEX payment_user ON payment (user_id, created_at DESC, payment_id DESC);
CREATE INDEX payment_status ON payment (status, created_at DESC, payment_id DESC);
CREATE INDEX payment_newest ON payment (created_at DESC, payment_id DESC);
CREATE INDEX payment_intent ON payment (stripe_payment_intent_id) WHERE stripe_payment_intent_id IS NOT NULL;

-- The state machine of a payment, as the code has it (PaymentStatus); a move that is not here is refused.
CREATE TABLE payment_transition (
  from_status text NOT NULL,
  to_status   text NOT NULL,
  PRIMARY KEY (from_status, to_status)
);
INSERT INTO payment_transition (from_status, to_status) VALUES
  ('PENDING', 'PROCESSING'), ('PENDING', 'COMPLETED'), ('PENDING', 'FAILED'), ('PENDING', 'CANCELLED'),
  ('PROCESSING', 'COMPLETED'), ('PROCESSING', 'FAILED'), ('PROCESSING', 'CANCELLED'),
  ('COMPLETED', 'PARTIALLY_REFUNDED'), ('COMPLETED', 'REFUNDED'),
  ('PARTIALLY_REFUNDED', 'REFUNDED'), ('PARTIALLY_REFUNDED', 'COMPLETED'),
  ('REFUNDED', 'PARTIALLY_REFUNDED'), ('REFUNDED', 'COMPLETED'),
  ('FAILED', 'CANCELLED');

CREATE FUNCTION refuse_illegal_payment_transition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM payment_transition WHERE from_status = OLD.status AND to_status = NEW.status) THEN
    RAISE EXCEPTION 'payment % cannot go from % to %', OLD.payment_id, OLD.status, NEW.status
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END;
$$;
CREATE TRIGGER payment_transition_is_legal
  BEFORE UPDATE OF status ON payment
  FOR EACH ROW
  WHEN (OLD.status IS DISTINCT FROM NEW.status)
  EXECUTE FUNCTION refuse_illegal_payment_transition();

CREATE TABLE refund (
  refund_id        text PRIMARY KEY,
  payment_id       text NOT NULL REFERENCES payment,
  -- NULL when the refund was made at Stripe itself.
  saga_id          text UNIQUE REFERENCES saga,
  amount           bigint NOT NULL CHECK (amount > 0),
  status           text NOT NULL CHECK (status IN ('PENDING', 'SUCCEEDED', 'FAILED', 'CANCELED')),
  reason           text,
  note             text,
  failure_reason   text,
  -- The command on saga.payment.compensate that this refund answers.
  command_event    text,
  command_action   text,
  stripe_refund_id text UNIQUE,
  created_at       timestamptz NOT NULL,
  updated_at       timestamptz NOT NULL
);
CREATE INDEX refund_payment ON refund (payment_id, created_at);

CREATE TABLE payment_history (
  history_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  payment_id  text NOT NULL REFERENCES payment,
  at          timestamptz NOT NULL,
  signal      text NOT NULL,
  -- NULL for the first entry.
  from_status text,
  to_status   text NOT NULL,
  cause       text NOT NULL,
  event_id    text,
  actor       text,
  detail      text
);
CREATE INDEX payment_history_payment ON payment_history (payment_id, history_id);

-- A time as every answer of this service shows it.
CREATE FUNCTION rfc3339(at timestamptz) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
