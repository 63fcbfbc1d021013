-- The live payment of an order. It may have been committed while the statement that found it in the way was waiting for the order's
-- row, which did not see it, only that it is there.
SELECT p.payment_id, p.user_id
FROM payment p
WHERE p.order_id = :#order_id
  AND p.status IN ('PENDING', 'PROCESSING', 'COMPLETED', 'PARTIALLY_REFUNDED')
ORDER BY p.created_at DESC, p.payment_id DESC
LIMIT 1
