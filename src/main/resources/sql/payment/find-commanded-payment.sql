-- The payment a command names by its own id, or else by its order's.
SELECT p.payment_id
FROM payment p
WHERE CASE WHEN :#paymentId::text IS NOT NULL THEN p.payment_id = :#paymentId ELSE p.order_id = :#orderId END
ORDER BY p.status IN ('PENDING', 'PROCESSING', 'COMPLETED', 'PARTIALLY_REFUNDED') DESC, p.created_at DESC
LIMIT 1
