-- A new payment, unless its order was cancelled or has a live payment. Taking the order's row first lets a cancellation of the
-- order come wholly before or wholly after. What says who the customer is goes into a table of its own.
WITH given AS (
  SELECT :#state::jsonb AS state
), shop_order AS (
  INSERT INTO order_reference AS o (order_id)
  VALUES (:#orderId)
  ON CONFLICT (order_id) DO UPDATE SET order_id = EXCLUDED.order_id
  RETURNING o.order_id, o.cancelled_at, o.created_event
), created AS (
  INSERT INTO payment
  SELECT new.*
  FROM given, shop_order, jsonb_populate_record(NULL::payment, given.state || jsonb_build_object(
    'checkout', jsonb_build_object(
      'items', given.state -> 'checkout' -> 'items',
      'shippingAmount', given.state -> 'checkout' -> 'shippingAmount',
      'taxAmount', given.state -> 'checkout' -> 'taxAmount'))) AS new
  WHERE shop_order.cancelled_at IS NULL
    AND NOT EXISTS (
      SELECT FROM payment p
      WHERE p.order_id = :#orderId AND p.came_back_at IS NOT NULL AND p.status IN ('COMPLETED', 'PARTIALLY_REFUNDED'))
  ON CONFLICT (order_id)
    WHERE status IN ('PENDING', 'PROCESSING', 'COMPLETED', 'PARTIALLY_REFUNDED') AND came_back_at IS NULL
    DO NOTHING
  RETURNING payment_id, created_at, status
), personal AS (
  INSERT INTO personal_data (payment_id, given, given_at)
  SELECT created.payment_id, (given.state -> 'checkout') - ARRAY['items', 'shippingAmount', 'taxAmount'], created.created_at
  FROM given, created
), audit AS (
  INSERT INTO payment_history (payment_id, at, signal, from_status, to_status, cause, event_id, actor)
  SELECT payment_id, created_at, 'PaymentCreated', NULL, status, 'checkout', NULL, :#actor
  FROM created
  UNION ALL
  -- The order service was quicker.
  SELECT created.payment_id, created.created_at, 'OrderCreated', created.status, created.status, 'order.created',
         shop_order.created_event, NULL
  FROM created, shop_order
  WHERE shop_order.created_event IS NOT NULL
)
SELECT
  CASE
    WHEN EXISTS (SELECT FROM created) THEN 'CREATED'
    WHEN shop_order.cancelled_at IS NOT NULL THEN 'ORDER_CANCELLED'
    ELSE 'ORDER_HAS_PAYMENT'
  END AS verdict,
  shop_order.order_id
FROM shop_order
