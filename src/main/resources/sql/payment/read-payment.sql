-- One payment, as the API shows it.
SELECT payment_json(p)::text AS json, p.user_id
FROM payment p
WHERE p.payment_id = :#paymentId
