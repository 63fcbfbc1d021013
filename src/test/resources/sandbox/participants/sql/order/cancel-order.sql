-- Cancels an order on its owner's word and announces it; one cancelled or refunded before stays as it is
WITH cancelled AS (
  UPDATE order_service.customer_order
  SET status = 'CANCELLED', cancel_reason = nullif((:#${body})::text, '')::jsonb ->> 'reason', updated_at = now()
  WHERE order_id = :#orderId
    AND status IN ('CREATED', 'PROCESSING', 'CONFIRMED')
  RETURNING order_id, cancel_reason
)
INSERT INTO order_service.outbox (event_type, order_id, data, correlation_id)
SELECT
  'order.cancelled',
  order_id,
  json_strip_nulls(json_build_object(
    'orderId', order_id, 'reason', cancel_reason, 'cancelledBy', 'customer')),
  coalesce(
    substring((:#${header.X-Correlation-Id})::text FROM '^[A-Za-z0-9._-]{1,64}$'),
    gen_random_uuid()::text)
FROM cancelled
