-- What callers have named by an Idempotency-Key, and how it was answered.
CREATE TABLE idempotency_key (
  -- A digest of the issuer and subject of the caller's token: nobody meets another's key, and nobody is named here.
  caller       text NOT NULL,
  key          text NOT NULL,
  -- A digest of method, path and body, so that the key is not used for anything else.
  fingerprint  text NOT NULL,
  expires_at   timestamptz NOT NULL,
  -- Who works on it, and until when nobody else does.
  claim        text,
  lease_until  timestamptz,
  -- The payment that was made under it and is to be gone on with.
  payment_id   text REFERENCES payment,
  -- The final answer; NULL as long as there is none.
  status       smallint,
  content_type text,
  location     text,
  body         text,
  PRIMARY KEY (caller, key),
  CHECK ((claim IS NULL) = (lease_until IS NULL)),
  CHECK ((status IS NULL) = (body IS NULL)),
  CHECK ((status IS NULL) = (content_type IS NULL)),
  CHECK (status IS NULL OR claim IS NULL),
  CHECK (status IS NOT NULL OR location IS NULL)
);
CREATE INDEX idempotency_key_expiry ON idempotency_key (expires_at);
CREATE INDEX idempotency_key_payment ON idempotency_key (payment_id) WHERE payment_id IS NOT NULL;

-- Every filter of every list is followed along an index, newest first.
CREATE INDEX payment_user_status ON payment (user_id, status, created_at DESC, payment_id DESC);
CREATE INDEX saga_state ON saga (state, started_at DESC, saga_id DESC);
CREATE INDEX dead_letter_topic ON dead_letter (topic, at DESC, dead_letter_id DESC);
CREATE INDEX dead_letter_topic_status ON dead_letter (topic, status, at DESC, dead_letter_id DESC);
CREATE INDEX dispute_status ON dispute (status, created_at DESC, dispute_id DESC);

-- How many payments there are, and of how much, by the hour they were created in. Whatever changes a payment adds what it changes
-- of this, without waiting for anybody; from time to time the changes are summed up. Both together are the figures, at any time.
CREATE TABLE payment_statistic (
  hour            timestamptz NOT NULL,
  status          text NOT NULL,
  currency        char(3) NOT NULL,
  count           bigint NOT NULL,
  amount          bigint NOT NULL,
  refunded_amount bigint NOT NULL,
  PRIMARY KEY (hour, status, currency)
);
CREATE TABLE payment_statistic_change (
  change_id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  hour            timestamptz NOT NULL,
  status          text NOT NULL,
  currency        char(3) NOT NULL,
  count           smallint NOT NULL,
  amount          bigint NOT NULL,
  refunded_amount bigint NOT NULL
-- A queue: rows live for moments, so what is dead is counted in rows, not as a part of the table.
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);
CREATE INDEX payment_statistic_change_hour ON payment_statistic_change (hour);

INSERT INTO payment_statistic (hour, status, currency, count, amount, refunded_amount)
SELECT date_trunc('hour', created_at, 'UTC'), status, currency, count(*), sum(amount), sum(refunded_amount)
FROM payment
GROUP BY 1, 2, 3;

-- In the database, so that no statement can change a payment past its figures.
CREATE FUNCTION count_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    INSERT INTO payment_statistic_change (hour, status, currency, count, amount, refunded_amount)
    VALUES (date_trunc('hour', OLD.created_at, 'UTC'), OLD.status, OLD.currency, -1, -OLD.amount, -OLD.refunded_amount),
           (date_trunc('hour', NEW.created_at, 'UTC'), NEW.status, NEW.currency, 1, NEW.amount, NEW.refunded_amount);
  ELSE
    INSERT INTO payment_statistic_change (hour, status, currency, count, amount, refunded_amount)
    VALUES (date_trunc('hour', NEW.created_at, 'UTC'), NEW.status, NEW.currency, 1, NEW.amount, NEW.refunded_amount);
  END IF;
  RETURN NULL;
END;
$$;
CREATE TRIGGER payment_is_counted
  AFTER INSERT ON payment
  FOR EACH ROW
  EXECUTE FUNCTION count_payment();
CREATE TRIGGER payment_is_counted_again
  AFTER UPDATE ON payment
  FOR EACH ROW
  WHEN (OLD.status IS DISTINCT FROM NEW.status OR OLD.refunded_amount IS DISTINCT FROM NEW.refunded_amount)
  EXECUTE FUNCTION count_payment();

-- What is measured all the time is few of many.
CREATE INDEX difference_open ON difference (kind) WHERE state = 'OPEN';
CREATE INDEX money_proof_standing ON money_proof (proof_id) WHERE standing;
