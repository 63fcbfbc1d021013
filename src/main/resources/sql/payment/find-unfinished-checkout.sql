-- A payment whose checkout was not answered, and whether Stripe may have been asked for its session.
SELECT w.payment::text AS payment,
       EXISTS (
         SELECT FROM saga_step t WHERE t.saga_id = w.saga_id AND t.name = 'open-checkout-session') AS opening
FROM whole_payment w
WHERE w.payment_id = :#${exchangeProperty.unfinishedPaymentId}
