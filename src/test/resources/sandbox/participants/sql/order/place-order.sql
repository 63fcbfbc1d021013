-- Stores a new order together with the event that announces it; an order already there is a duplicate key
WITH request AS (
  SELECT (:#${body})::jsonb AS body
),
placed AS (
  INSERT INTO order_service.customer_order (order_id, user_id, amount, currency, items)
  SELECT
    coalesce(body ->> 'orderId', 'ord_' || gen_random_uuid()),
    body ->> 'userId',
    (
      SELECT sum((item ->> 'quantity')::bigint * (item ->> 'unitAmount')::bigint)
      FROM jsonb_array_elements(body -> 'items') AS item
    ),
    upper(body ->> 'currency'),
    body -> 'items'
  FROM request
  RETURNING order_id, user_id, amount, currency
)
INSERT INTO order_service.outbox (event_type, order_id, data, correlation_id)
SELECT
  'order.created',
  order_id,
  json_build_object(
    'orderId', order_id, 'userId', user_id, 'totalAmount', amount, 'currency', currency),
  coalesce(
    substring((:#${header.X-Correlation-Id})::text FROM '^[A-Za-z0-9._-]{1,64}$'),
    gen_random_uuid()::text)
FROM placed
RETURNING order_id
