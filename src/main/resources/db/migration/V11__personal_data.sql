-- What a customer gave that says who they are: kept apart, because the books do without it. A payment without a row here was
-- erased.
CREATE TABLE personal_data (
  payment_id text PRIMARY KEY REFERENCES payment,
  -- Parts of the checkout, as they were first sent to Stripe: e-mail, shipping address, metadata, success and cancel URL.
  given      jsonb NOT NULL,
  given_at   timestamptz NOT NULL
);
INSERT INTO personal_data (payment_id, given, given_at)
SELECT payment_id,
       checkout - ARRAY['items', 'shippingAmount', 'taxAmount'] || jsonb_build_object('customerEmail', customer_email),
       created_at
FROM payment;
CREATE INDEX personal_data_age ON personal_data (given_at);

UPDATE payment
SET checkout = jsonb_build_object(
      'items', checkout -> 'items',
      'shippingAmount', checkout -> 'shippingAmount',
      'taxAmount', checkout -> 'taxAmount');
ALTER TABLE payment DROP COLUMN customer_email;

-- What Stripe wrote is kept while it waits for its payment, and no longer: it is full of what customers gave to Stripe.
ALTER TABLE stripe_event ALTER COLUMN payload DROP NOT NULL;
UPDATE stripe_event SET payload = NULL WHERE match_at IS NULL;
ALTER TABLE stripe_event ADD CHECK ((payload IS NOT NULL) = (match_at IS NOT NULL));
CREATE INDEX stripe_event_received ON stripe_event (received_at);

-- When a settled message lost its key, value and headers. Its place in Kafka and what was done with it stay.
ALTER TABLE dead_letter
  ADD COLUMN emptied_at timestamptz,
  ADD CHECK (emptied_at IS NULL OR status <> 'WAITING');
CREATE INDEX dead_letter_full ON dead_letter (at) WHERE status <> 'WAITING' AND emptied_at IS NULL;
CREATE INDEX dead_letter_key ON dead_letter (md5(key)) WHERE emptied_at IS NULL;
CREATE INDEX dead_letter_waiting_event ON dead_letter (topic, event_id) WHERE status = 'WAITING';

-- Each time an operator had a customer's personal data erased: who, when and why, and how far it came.
CREATE TABLE erasure (
  erasure_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id    text NOT NULL,
  asked_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor      text NOT NULL,
  reason     text NOT NULL,
  erased     bigint NOT NULL DEFAULT 0,
  ended_at   timestamptz,
  -- When the payments that were not settled yet are looked at again; NULL when there are none left.
  next_at    timestamptz,
  CHECK ((next_at IS NULL) = (ended_at IS NOT NULL))
);
CREATE INDEX erasure_user ON erasure (user_id, erasure_id DESC);
CREATE INDEX erasure_next ON erasure (next_at) WHERE next_at IS NOT NULL;

-- What is removed by age, each by one instance at a time.
CREATE TABLE retention_job (
  job     text PRIMARY KEY,
  next_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO retention_job (job) VALUES ('inbox'), ('stripe-event'), ('dead-letter'), ('personal-data');

-- Whether nothing more can come of a payment that would need its personal data: it has ended, and so have its refunds and
-- disputes; no event of it waits for Kafka, give or take a minute between clocks; no message of its order waits for an operator.
CREATE FUNCTION payment_is_settled(p payment) RETURNS boolean
  LANGUAGE sql STABLE
  RETURN p.status NOT IN ('PENDING', 'PROCESSING')
    AND p.open_disputes = 0
    AND EXISTS (SELECT FROM saga s WHERE s.saga_id = p.saga_id AND s.ended_at IS NOT NULL)
    AND NOT EXISTS (SELECT FROM refund r WHERE r.payment_id = p.payment_id AND r.status = 'PENDING')
    AND NOT EXISTS (
      SELECT FROM dead_letter d
      WHERE md5(d.key) = md5(convert_to(p.order_id, 'UTF8')) AND d.emptied_at IS NULL AND d.status = 'WAITING')
    AND p.updated_at + interval '1 minute' < coalesce(
      (SELECT o.at FROM outbox o WHERE o.shard = abs(hashtext(p.order_id)::bigint) % 16 ORDER BY o.outbox_id LIMIT 1),
      'infinity');
