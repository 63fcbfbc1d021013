-- Which stretches of time were compared with Stripe's ledger, and how far. The standing proofs each follow the clock at a distance;
-- others were asked for.
CREATE TABLE money_proof (
  proof_id    text PRIMARY KEY,
  -- How far a standing proof stays behind the clock; NULL for the grace time.
  lag         interval,
  standing    boolean NOT NULL DEFAULT false,
  from_at     timestamptz NOT NULL,
  -- NULL until a standing proof has begun its next stretch.
  to_at       timestamptz,
  proven_to   timestamptz NOT NULL,
  totals      jsonb NOT NULL DEFAULT '{}',
  -- Why it could not go on when it last tried.
  error       text,
  actor       text,
  reason      text,
  started_at  timestamptz NOT NULL DEFAULT now(),
  ended_at    timestamptz,
  -- When an instance takes it up; whoever has it moves this on. NULL when there is nothing left to do.
  next_at     timestamptz,
  CHECK (standing OR (to_at IS NOT NULL AND actor IS NOT NULL)),
  CHECK (standing OR (ended_at IS NULL) = (next_at IS NOT NULL))
);
CREATE INDEX money_proof_newest ON money_proof (started_at DESC, proof_id DESC);
CREATE INDEX money_proof_due ON money_proof (next_at) WHERE next_at IS NOT NULL;
-- Soon after; when every session has ended; when refunds and debits have.
INSERT INTO money_proof (proof_id, lag, standing, from_at, proven_to, ended_at, next_at)
SELECT proof_id, lag, true, date_trunc('second', now()), date_trunc('second', now()), now(), now()
FROM (VALUES ('soon', NULL::interval), ('day', interval '25 hours'), ('month', interval '30 days')) AS proof (proof_id, lag);

-- In what Stripe and this database differ.
CREATE TABLE difference (
  difference_id text PRIMARY KEY,
  kind          text NOT NULL,
  -- The payment here, or the one that Stripe's object names, which need not exist.
  payment_id    text NOT NULL,
  stripe_object text NOT NULL,
  evidence      jsonb NOT NULL,
  proposal      text NOT NULL,
  repair        text NOT NULL CHECK (repair IN ('NONE', 'CHECK_PAYMENT', 'CLOSE_SESSION', 'REPORT_REFUND')),
  -- SUSPECTED: seen, and may be on its way still. GONE and REPAIRED: a later look did not find it. SETTLED: dealt with by hand.
  state         text NOT NULL CHECK (state IN ('SUSPECTED', 'OPEN', 'REPAIRED', 'GONE', 'SETTLED')),
  repairs       integer NOT NULL DEFAULT 0,
  first_seen    timestamptz NOT NULL DEFAULT now(),
  last_seen     timestamptz NOT NULL DEFAULT now(),
  opened_at     timestamptz,
  closed_at     timestamptz,
  look_at       timestamptz,
  UNIQUE (payment_id, kind, stripe_object),
  CHECK ((look_at IS NOT NULL) = (state IN ('SUSPECTED', 'OPEN'))),
  CHECK ((closed_at IS NOT NULL) = (state IN ('REPAIRED', 'GONE', 'SETTLED')))
);
CREATE INDEX difference_newest ON difference (first_seen DESC, difference_id DESC);
CREATE INDEX difference_look ON difference (look_at) WHERE look_at IS NOT NULL;

-- What was done about a difference: by whom, when and why.
CREATE TABLE difference_action (
  difference_action_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  difference_id        text NOT NULL REFERENCES difference ON DELETE CASCADE,
  at                   timestamptz NOT NULL DEFAULT clock_timestamp(),
  action               text NOT NULL CHECK (action IN ('REPAIR', 'SETTLE')),
  actor                text NOT NULL,
  reason               text NOT NULL,
  -- What a repair failed with.
  error                text
);
CREATE INDEX difference_action_difference ON difference_action (difference_id, difference_action_id);

-- Refunds are compared by when they were made.
CREATE INDEX refund_newest ON refund (created_at, refund_id);

-- A proof as operators see it.
CREATE FUNCTION money_proof_json(p money_proof) RETURNS json
  LANGUAGE sql STABLE
  RETURN json_build_object(
    'id', p.proof_id,
    'standing', p.standing,
    'from', rfc3339(p.from_at),
    'to', rfc3339(p.to_at),
    'provenTo', rfc3339(p.proven_to),
    'startedAt', rfc3339(p.started_at),
    'endedAt', rfc3339(p.ended_at),
    'totals', p.totals,
    'error', p.error,
    'actor', p.actor,
    'reason', p.reason);

-- A difference as operators see it.
CREATE FUNCTION difference_json(d difference) RETURNS json
  LANGUAGE sql STABLE
  RETURN json_build_object(
    'id', d.difference_id,
    'kind', d.kind,
    'state', d.state,
    'paymentId', d.payment_id,
    'stripeObject', d.stripe_object,
    'evidence', d.evidence,
    'proposal', d.proposal,
    'repair', d.repair,
    'firstSeen', rfc3339(d.first_seen),
    'lastSeen', rfc3339(d.last_seen),
    'closedAt', rfc3339(d.closed_at),
    'actions', (
      SELECT coalesce(json_agg(json_build_object(
               'action', a.action,
               'at', rfc3339(a.at),
               'actor', a.actor,
               'reason', a.reason,
               'error', a.error) ORDER BY a.difference_action_id), '[]')
      FROM difference_action a
      WHERE a.difference_id = d.difference_id));
