-- A message about a payment may have become a dead letter after the payment's personal data went, and may have the payment's id as
-- its key: it is looked for by both ids, and for itself.

-- Messages about a payment that Kafka's readers could not process and that still say something.
CREATE FUNCTION letters_about(p payment) RETURNS SETOF dead_letter
  LANGUAGE sql STABLE
  BEGIN ATOMIC
    SELECT d.*
    FROM dead_letter d
    WHERE md5(d.key) IN (md5(convert_to(p.order_id, 'UTF8')), md5(convert_to(p.payment_id, 'UTF8')))
      AND d.emptied_at IS NULL;
  END;

-- Whether there is anything left that an erasure would take.
CREATE FUNCTION has_personal_data(p payment) RETURNS boolean
  LANGUAGE sql STABLE
  RETURN EXISTS (SELECT FROM personal_data d WHERE d.payment_id = p.payment_id)
    OR EXISTS (SELECT FROM letters_about(p));

CREATE OR REPLACE FUNCTION payment_is_settled(p payment) RETURNS boolean
  LANGUAGE sql STABLE
  RETURN p.status NOT IN ('PENDING', 'PROCESSING')
    AND p.open_disputes = 0
    AND EXISTS (SELECT FROM saga s WHERE s.saga_id = p.saga_id AND s.ended_at IS NOT NULL)
    AND NOT EXISTS (SELECT FROM refund r WHERE r.payment_id = p.payment_id AND r.status = 'PENDING')
    AND NOT EXISTS (SELECT FROM letters_about(p) l WHERE l.status = 'WAITING')
    AND p.updated_at + interval '1 minute' < coalesce(
      (SELECT o.at FROM outbox o WHERE o.shard = abs(hashtext(p.order_id)::bigint) % 16 ORDER BY o.outbox_id LIMIT 1),
      'infinity');
