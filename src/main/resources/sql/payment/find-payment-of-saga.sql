-- The payment a saga is about, be it the payment's own or a refund's.
SELECT (to_jsonb(p) || jsonb_build_object('checkout', p.checkout || coalesce(
  (SELECT d.given FROM personal_data d WHERE d.payment_id = p.payment_id), '{}')))::text AS payment
FROM payment p
WHERE p.saga_id = :#${header.Long-Running-Action}
   OR p.payment_id = (SELECT r.payment_id FROM refund r WHERE r.saga_id = :#${header.Long-Running-Action})
