-- A payment's refunds, oldest first.
SELECT coalesce(jsonb_agg(to_jsonb(r) ORDER BY r.created_at, r.refund_id), '[]')::text AS refunds
FROM refund r
WHERE r.payment_id = :#paymentId
