-- One order
SELECT document::text
FROM order_service.order_document
WHERE order_id = :#orderId
