-- The reservation an order's latest payment holds
SELECT document::text
FROM product_service.reservation_document
WHERE order_id = :#orderId
ORDER BY updated_at DESC
LIMIT 1
