-- A payment's disputes, oldest first.
SELECT coalesce(jsonb_agg(to_jsonb(d) ORDER BY d.created_at, d.dispute_id), '[]')::text AS disputes
FROM dispute d
WHERE d.payment_id = :#paymentId
