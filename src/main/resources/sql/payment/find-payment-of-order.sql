-- The order's live payment, or else its newest.
SELECT p.payment_id
FROM payment p
WHERE p.order_id = :#orderId
ORDER BY p.status IN ('PENDING', 'PROCESSING', 'COMPLETED', 'PARTIALLY_REFUNDED') DESC, p.created_at DESC
LIMIT 1
