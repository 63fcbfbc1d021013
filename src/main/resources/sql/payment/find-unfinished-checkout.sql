-- A payment whose checkout was not answered, and whether Stripe may have been asked for its session.
SELECT (to_jsonb(p) || jsonb_build_object('checkout', p.checkout || coalesce(
         (SELECT d.given FROM personal_data d WHERE d.payment_id = p.payment_id), '{}')))::text AS payment,
       EXISTS (
         SELECT FROM saga_step t WHERE t.saga_id = p.saga_id AND t.name = 'open-checkout-session') AS opening
FROM payment p
WHERE p.payment_id = :#${exchangeProperty.unfinishedPaymentId}
