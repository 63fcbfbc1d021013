-- The payment a saga is about, be it the payment's own or a refund's.
SELECT to_jsonb(p)::text AS payment
FROM payment p
WHERE p.saga_id = :#${header.Long-Running-Action}
   OR p.payment_id = (SELECT r.payment_id FROM refund r WHERE r.saga_id = :#${header.Long-Running-Action})
