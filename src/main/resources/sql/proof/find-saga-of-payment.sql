-- The saga of a payment.
SELECT saga_id
FROM payment
WHERE payment_id = :paymentId
