-- The payment a signal is for, held until the signal's transaction ends.
SELECT (to_jsonb(p) || jsonb_build_object('checkout', p.checkout || coalesce(
  (SELECT d.given FROM personal_data d WHERE d.payment_id = p.payment_id), '{}')))::text AS payment
FROM payment p
WHERE p.payment_id = :#paymentId
FOR UPDATE
