-- The refunds of payments.
SELECT payment_id, refund_id, stripe_refund_id, amount, status, created_at, updated_at
FROM refund
WHERE payment_id = ANY (:paymentIds)
ORDER BY created_at, refund_id
