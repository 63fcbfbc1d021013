-- The order service: its orders, what it has to tell others, and what it was told already.
CREATE SCHEMA IF NOT EXISTS order_service;

CREATE TABLE order_service.customer_order (
  order_id text PRIMARY KEY CHECK (order_id <> ''),
  user_id text,
  status text NOT NULL DEFAULT 'CREATED'
    CHECK (status IN ('CREATED', 'PROCESSING', 'CONFIRMED', 'CANCELLED', 'REFUNDED')),
  amount bigint NOT NULL CHECK (amount >= 0),
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  items jsonb CHECK (jsonb_typeof(items) = 'array'),
  cancel_reason text,
  -- The payment the status comes from, and the last of its events that was heeded.
  payment_id text,
  payment_sequence bigint,
  payment_heard_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX customer_order_newest ON order_service.customer_order (created_at DESC, order_id);

CREATE VIEW order_service.order_document AS
SELECT
  order_id,
  created_at,
  json_strip_nulls(json_build_object(
    'orderId', order_id,
    'userId', user_id,
    'status', status,
    'amount', amount,
    'currency', currency,
    'items', items,
    'paymentId', payment_id,
    'cancelReason', cancel_reason,
    'createdAt', to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'updatedAt', to_char(updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
  )) AS document
FROM order_service.customer_order;

CREATE TABLE order_service.outbox (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id uuid NOT NULL DEFAULT gen_random_uuid(),
  event_type text NOT NULL CHECK (event_type IN ('order.created', 'order.cancelled')),
  order_id text NOT NULL REFERENCES order_service.customer_order,
  data json NOT NULL,
  correlation_id text NOT NULL,
  causation_id text,
  occurred_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE order_service.inbox (
  event_id text PRIMARY KEY,
  received_at timestamptz NOT NULL DEFAULT now()
);
