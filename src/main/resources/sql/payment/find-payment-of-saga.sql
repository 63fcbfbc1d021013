-- The payment a saga is about, be it the payment's own or a refund's.
SELECT w.payment::text AS payment
FROM whole_payment w
WHERE w.saga_id = :#${header.Long-Running-Action}
   OR w.payment_id = (SELECT r.payment_id FROM refund r WHERE r.saga_id = :#${header.Long-Running-Action})
