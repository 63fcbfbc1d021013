-- The payment a signal is for, held until the signal's transaction ends.
SELECT to_jsonb(p)::text AS payment
FROM payment p
WHERE p.payment_id = :#paymentId
FOR UPDATE
