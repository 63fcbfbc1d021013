-- Makes sure the order of a payment is known, with its items once an event brings them; may come twice
INSERT INTO order_service.customer_order AS known (order_id, user_id, amount, currency, items)
SELECT
  data ->> 'orderId', data ->> 'userId', (data ->> 'amount')::bigint, data ->> 'currency', data -> 'items'
FROM (SELECT (:#event)::jsonb -> 'data' AS data) AS received
ON CONFLICT (order_id) DO UPDATE SET items = EXCLUDED.items
WHERE known.items IS NULL
