-- The first 200 products and their stock
SELECT json_build_object('items', coalesce(json_agg(document ORDER BY product_id), '[]'))::text
FROM (
  SELECT product_id, document
  FROM product_service.product_document
  ORDER BY product_id
  LIMIT 200
) AS first
