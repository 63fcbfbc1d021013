-- The notification service: whom to write to, and what to write.
CREATE SCHEMA IF NOT EXISTS notification_service;

CREATE TABLE notification_service.recipient (
  payment_id text PRIMARY KEY,
  email text NOT NULL
);

CREATE TABLE notification_service.mail (
  mail_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  message_id uuid NOT NULL DEFAULT gen_random_uuid(),
  kind text NOT NULL CHECK (kind IN ('confirmation', 'failure', 'cancellation', 'refund')),
  name text NOT NULL UNIQUE GENERATED ALWAYS AS (mail_id || '-' || kind || '.eml') STORED,
  payment_id text NOT NULL,
  order_id text NOT NULL,
  amount bigint NOT NULL,
  currency text NOT NULL,
  asked_at timestamptz NOT NULL DEFAULT now(),
  written_at timestamptz
);

-- A failed payment whose order is cancelled afterwards is bad news once.
CREATE UNIQUE INDEX mail_bad_news_once ON notification_service.mail (payment_id)
  WHERE kind IN ('failure', 'cancellation');

CREATE INDEX mail_waiting ON notification_service.mail (mail_id) WHERE written_at IS NULL;

CREATE TABLE notification_service.inbox (
  event_id text PRIMARY KEY,
  received_at timestamptz NOT NULL DEFAULT now()
);
