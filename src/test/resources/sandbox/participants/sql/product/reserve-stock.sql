-- Reserves what a payment is for, once; a payment settled already keeps its status and only learns its items
WITH received AS (
  SELECT (:#event)::jsonb AS event
),
fresh AS (
  INSERT INTO product_service.inbox (event_id)
  SELECT event ->> 'eventId' FROM received
  ON CONFLICT (event_id) DO NOTHING
  RETURNING event_id
),
payment AS (
  SELECT
    event -> 'data' ->> 'paymentId' AS payment_id,
    event -> 'data' ->> 'orderId' AS order_id,
    event -> 'data' -> 'items' AS items,
    (event ->> 'sequence')::bigint AS sequence
  FROM received
  CROSS JOIN fresh
),
reserved AS (
  INSERT INTO product_service.reservation (payment_id, order_id, status, payment_sequence)
  SELECT payment_id, order_id, 'RESERVED', sequence
  FROM payment
  ON CONFLICT (payment_id) DO NOTHING
),
line AS (
  SELECT
    payment_id,
    item ->> 'productId' AS product_id,
    min(coalesce(item ->> 'productName', item ->> 'productId')) AS product_name,
    sum((item ->> 'quantity')::bigint) AS quantity
  FROM payment
  CROSS JOIN jsonb_array_elements(items) AS item
  GROUP BY payment_id, item ->> 'productId'
),
unknown_product AS (
  INSERT INTO product_service.product (product_id, name)
  SELECT product_id, product_name
  FROM line
  ORDER BY product_id
  ON CONFLICT (product_id) DO NOTHING
)
INSERT INTO product_service.reservation_line (payment_id, product_id, quantity)
SELECT payment_id, product_id, quantity
FROM line
