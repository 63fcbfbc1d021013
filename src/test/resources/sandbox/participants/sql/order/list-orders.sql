-- The 200 newest orders
SELECT json_build_object('items', coalesce(json_agg(document ORDER BY created_at DESC, order_id), '[]'))::text
FROM (
  SELECT created_at, order_id, document
  FROM order_service.order_document
  ORDER BY created_at DESC, order_id
  LIMIT 200
) AS newest
