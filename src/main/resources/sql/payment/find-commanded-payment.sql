-- The payment a command names by its own id, or else by its order's.
SELECT p.payment_id
FROM payment p
WHERE p.payment_id = :#paymentId::text
   OR (:#paymentId::text IS NULL AND p.order_id = :#orderId)
ORDER BY p.status IN ('PENDING', 'PROCESSING', 'COMPLETED', 'PARTIALLY_REFUNDED') DESC, p.created_at DESC
LIMIT 1
