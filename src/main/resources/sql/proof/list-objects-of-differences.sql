-- Stripe's objects that the differences of a payment speak of.
SELECT d.stripe_object
FROM difference d
WHERE d.payment_id = :paymentId AND d.state IN ('SUSPECTED', 'OPEN')
UNION
SELECT d.evidence #>> '{stripe,paymentIntentId}'
FROM difference d
WHERE d.payment_id = :paymentId AND d.state IN ('SUSPECTED', 'OPEN') AND d.evidence #>> '{stripe,paymentIntentId}' IS NOT NULL
