-- One product and its stock
SELECT document::text
FROM product_service.product_document
WHERE product_id = :#productId
