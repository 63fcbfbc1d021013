-- Events that must reach Kafka; written by the transaction that decided them, deleted when every replica has them.
CREATE TABLE outbox (
  outbox_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  shard      smallint NOT NULL,
  event_id   text NOT NULL UNIQUE,
  event_type text NOT NULL,
  payment_id text NOT NULL,
  order_id   text NOT NULL,
  sequence   bigint NOT NULL,
  at         timestamptz NOT NULL,
  body       text NOT NULL,
  correlation_id text NOT NULL,
  traceparent text
);
CREATE INDEX outbox_shard ON outbox (shard, outbox_id);

-- One row a share of the outbox: whoever holds the lease sends it.
CREATE TABLE relay_shard (
  shard       smallint PRIMARY KEY,
  lease_owner text,
  lease_until timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO relay_shard (shard) SELECT generate_series(0, 15);

-- Messages from Kafka that have had their effect.
CREATE TABLE inbox (
  event_id    text PRIMARY KEY,
  topic       text NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now()
);

-- Stripe's events as they came; acknowledged once they are here and have had their effect.
CREATE TABLE stripe_event (
  stripe_event_id text PRIMARY KEY,
  type            text NOT NULL,
  payment_id      text,
  payload         jsonb NOT NULL,
  received_at     timestamptz NOT NULL DEFAULT now()
);

-- What could not be processed, for an operator to look at.
CREATE TABLE dead_letter (
  dead_letter_id text PRIMARY KEY,
  topic          text NOT NULL,
  partition      integer NOT NULL,
  "offset"       bigint NOT NULL,
  key            bytea,
  value          bytea,
  headers        jsonb NOT NULL DEFAULT '[]',
  event_id       text,
  reason         text NOT NULL,
  error          text NOT NULL,
  attempts       integer NOT NULL,
  at             timestamptz NOT NULL DEFAULT now(),
  status         text NOT NULL DEFAULT 'WAITING' CHECK (status IN ('WAITING', 'REPLAYED', 'DISCARDED')),
  UNIQUE (topic, partition, "offset")
);
