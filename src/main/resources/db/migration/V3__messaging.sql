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
-- A queue: rows live for moments, so what is dead is counted in rows, not as a part of the table.
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);
CREATE INDEX outbox_shard ON outbox (shard, outbox_id);

-- One row a share of the outbox: whoever holds the lease sends it.
CREATE TABLE relay_shard (
  shard       smallint PRIMARY KEY,
  lease_owner text,
  lease_until timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO relay_shard (shard) SELECT generate_series(0, 15);

-- The relays that are alive, so that each knows its fair share of the shards.
CREATE TABLE relay_instance (
  instance    text PRIMARY KEY,
  alive_until timestamptz NOT NULL
);

-- Messages from Kafka that have had their effect.
CREATE TABLE inbox (
  topic       text NOT NULL,
  event_id    text NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (topic, event_id)
);
CREATE INDEX inbox_received ON inbox (received_at);

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
  -- [{"key", "value" in base64 or null}] in their order; json, because jsonb refuses some keys Kafka allows.
  headers        json NOT NULL DEFAULT '[]',
  event_id       text,
  reason         text NOT NULL,
  error          text NOT NULL,
  attempts       integer NOT NULL,
  at             timestamptz NOT NULL DEFAULT now(),
  status         text NOT NULL DEFAULT 'WAITING' CHECK (status IN ('WAITING', 'REPLAYED', 'DISCARDED')),
  UNIQUE (topic, partition, "offset")
);
