-- A payment whose checkout was not answered, and whether Stripe may have been asked for its session.
SELECT to_jsonb(p)::text AS payment,
       EXISTS (
         SELECT FROM saga_step t WHERE t.saga_id = p.saga_id AND t.name = 'open-checkout-session') AS opening
FROM payment p
WHERE p.payment_id = :#${exchangeProperty.unfinishedPaymentId}
