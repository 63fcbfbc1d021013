-- What a full look at one payment has found. What it has not found any more is over; what was settled by hand stays so until its
-- evidence is another. News is what nobody has been told of yet.
WITH found AS (
  SELECT *
  FROM jsonb_to_recordset(:found::jsonb) AS f (
    id text, kind text, stripe_object text, evidence jsonb, proposal text, repair text, state text)
), gone AS (
  DELETE FROM difference d
  WHERE d.payment_id = :paymentId AND d.state = 'SUSPECTED'
    AND NOT EXISTS (SELECT FROM found f WHERE f.kind = d.kind AND f.stripe_object = d.stripe_object)
), closed AS (
  UPDATE difference d
  SET state = CASE WHEN d.repairs > 0 THEN 'REPAIRED' ELSE 'GONE' END,
      closed_at = now(),
      look_at = NULL
  WHERE d.payment_id = :paymentId AND d.state = 'OPEN'
    AND NOT EXISTS (SELECT FROM found f WHERE f.kind = d.kind AND f.stripe_object = d.stripe_object)
)
INSERT INTO difference AS d (
  difference_id, kind, payment_id, stripe_object, evidence, proposal, repair, state, opened_at, look_at)
SELECT f.id, f.kind, :paymentId, f.stripe_object, f.evidence, f.proposal, f.repair, f.state,
       CASE WHEN f.state = 'OPEN' THEN now() END,
       -- What is open waits for somebody; what is suspected will soon be known.
       now() + CASE WHEN f.state = 'OPEN' THEN 10 ELSE 1 END * :pauseMillis * interval '1 millisecond'
FROM found f
ON CONFLICT (payment_id, kind, stripe_object) DO UPDATE
SET evidence = excluded.evidence,
    proposal = excluded.proposal,
    repair = excluded.repair,
    last_seen = now(),
    state = CASE
      WHEN d.state = 'SETTLED' AND d.evidence = excluded.evidence THEN d.state
      WHEN d.state = 'OPEN' THEN d.state
      ELSE excluded.state
    END,
    opened_at = CASE WHEN d.state <> 'OPEN' AND excluded.state = 'OPEN' THEN now() ELSE d.opened_at END,
    repairs = CASE WHEN d.state IN ('REPAIRED', 'GONE') THEN 0 ELSE d.repairs END,
    closed_at = CASE WHEN d.state = 'SETTLED' AND d.evidence = excluded.evidence THEN d.closed_at END,
    look_at = CASE WHEN d.state = 'SETTLED' AND d.evidence = excluded.evidence THEN NULL ELSE excluded.look_at END
RETURNING d.difference_id, d.kind, d.stripe_object, d.repair, d.repairs, d.state, d.opened_at = now() AND d.state = 'OPEN' AS news
