-- The durable saga log: knows nothing of payments.
CREATE TABLE saga (
  saga_id         text PRIMARY KEY,
  kind            text NOT NULL,
  correlation_id  text,
  state           text NOT NULL CHECK (state IN (
    'STARTED', 'PAYMENT_CREATED', 'AWAITING_PAYMENT', 'PAYMENT_PROCESSING', 'PAYMENT_COMPLETED',
    'COMPLETED', 'PAYMENT_FAILED', 'COMPENSATING', 'COMPENSATED', 'FAILED')),
  reason          text,
  started_at      timestamptz NOT NULL DEFAULT now(),
  since           timestamptz NOT NULL DEFAULT now(),
  ended_at        timestamptz,
  deadline        timestamptz,
  -- When the recovery loop looks at it next; NULL when there is nothing to do.
  due_at          timestamptz,
  -- How often it was looked at, or its end was tried, in this state.
  checks          integer NOT NULL DEFAULT 0,
  -- Whether a step has a completion; kept here so that completing the saga sees it under the saga's lock.
  has_completions boolean NOT NULL DEFAULT false,
  lease_owner     text,
  lease_until     timestamptz,
  CHECK ((state IN ('COMPLETED', 'COMPENSATED')) = (ended_at IS NOT NULL)),
  CHECK (state NOT IN ('COMPLETED', 'COMPENSATED', 'FAILED') OR due_at IS NULL),
  CHECK (state IN ('COMPLETED', 'COMPENSATED', 'FAILED') OR due_at IS NOT NULL)
);
CREATE INDEX saga_due ON saga (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX saga_stuck ON saga (since) WHERE state = 'FAILED';
CREATE INDEX saga_newest ON saga (started_at DESC, saga_id DESC);

CREATE TABLE saga_step (
  step_id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  saga_id          text NOT NULL REFERENCES saga,
  name             text NOT NULL,
  compensation_uri text,
  completion_uri   text,
  options          jsonb NOT NULL DEFAULT '{}',
  -- ENLISTED: it may have acted; DONE: it has; then what became of it when the saga ended.
  status           text NOT NULL DEFAULT 'ENLISTED'
    CHECK (status IN ('ENLISTED', 'DONE', 'COMPLETED', 'COMPENSATED')),
  enlisted_at      timestamptz NOT NULL DEFAULT now(),
  -- By when it is to be done; the earliest of a saga's steps is the saga's own.
  deadline         timestamptz,
  done_at          timestamptz,
  -- The compensation, or the completion, of this step.
  run_started_at   timestamptz,
  run_ended_at     timestamptz,
  attempts         integer NOT NULL DEFAULT 0,
  last_error       text
);
CREATE INDEX saga_step_saga ON saga_step (saga_id, step_id);

CREATE TABLE saga_history (
  history_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  saga_id    text NOT NULL REFERENCES saga,
  at         timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- note: something happened to the saga that left its state as it was.
  type       text NOT NULL CHECK (type IN (
    'started', 'state', 'note', 'compensation-succeeded', 'compensation-failed',
    'completion-succeeded', 'completion-failed')),
  from_state text,
  to_state   text,
  cause      text,
  event_id   text,
  actor      text,
  detail     text
);
CREATE INDEX saga_history_saga ON saga_history (saga_id, history_id);

-- The state machine, as the code has it (SagaTransitions); a move that is not here is refused.
CREATE TABLE saga_transition (
  from_state text NOT NULL,
  to_state   text NOT NULL,
  PRIMARY KEY (from_state, to_state)
);
INSERT INTO saga_transition (from_state, to_state) VALUES
  ('STARTED', 'PAYMENT_CREATED'), ('STARTED', 'AWAITING_PAYMENT'), ('STARTED', 'PAYMENT_PROCESSING'), ('STARTED', 'PAYMENT_COMPLETED'), ('STARTED', 'COMPLETED'), ('STARTED', 'PAYMENT_FAILED'), ('STARTED', 'COMPENSATING'), ('STARTED', 'FAILED'),
  ('PAYMENT_CREATED', 'AWAITING_PAYMENT'), ('PAYMENT_CREATED', 'PAYMENT_PROCESSING'), ('PAYMENT_CREATED', 'PAYMENT_COMPLETED'), ('PAYMENT_CREATED', 'COMPLETED'), ('PAYMENT_CREATED', 'PAYMENT_FAILED'), ('PAYMENT_CREATED', 'COMPENSATING'), ('PAYMENT_CREATED', 'FAILED'),
  ('AWAITING_PAYMENT', 'PAYMENT_PROCESSING'), ('AWAITING_PAYMENT', 'PAYMENT_COMPLETED'), ('AWAITING_PAYMENT', 'COMPLETED'), ('AWAITING_PAYMENT', 'PAYMENT_FAILED'), ('AWAITING_PAYMENT', 'COMPENSATING'), ('AWAITING_PAYMENT', 'FAILED'),
  ('PAYMENT_PROCESSING', 'PAYMENT_COMPLETED'), ('PAYMENT_PROCESSING', 'COMPLETED'), ('PAYMENT_PROCESSING', 'PAYMENT_FAILED'), ('PAYMENT_PROCESSING', 'COMPENSATING'), ('PAYMENT_PROCESSING', 'FAILED'),
  ('PAYMENT_COMPLETED', 'COMPLETED'), ('PAYMENT_COMPLETED', 'FAILED'),
  ('PAYMENT_FAILED', 'COMPENSATING'), ('PAYMENT_FAILED', 'FAILED'),
  ('COMPENSATING', 'COMPENSATED'), ('COMPENSATING', 'FAILED'),
  ('FAILED', 'PAYMENT_COMPLETED'), ('FAILED', 'COMPLETED'), ('FAILED', 'COMPENSATING'), ('FAILED', 'COMPENSATED');

CREATE FUNCTION refuse_illegal_saga_transition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM saga_transition WHERE from_state = OLD.state AND to_state = NEW.state) THEN
    RAISE EXCEPTION 'saga % cannot go from % to %', OLD.saga_id, OLD.state, NEW.state
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END;
$$;
CREATE TRIGGER saga_transition_is_legal
  BEFORE UPDATE OF state ON saga
  FOR EACH ROW
  WHEN (OLD.state IS DISTINCT FROM NEW.state)
  EXECUTE FUNCTION refuse_illegal_saga_transition();
