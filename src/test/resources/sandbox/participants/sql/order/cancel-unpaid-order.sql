-- Cancels the order of a payment that came to nothing and announces it, once; a later payment's order is left alone, and so is
-- the order of a payment that was never announced (its first event says it failed): another checkout may follow
WITH received AS (
  SELECT (:#event)::jsonb AS event
),
fresh AS (
  INSERT INTO order_service.inbox (event_id)
  SELECT event ->> 'eventId' FROM received
  ON CONFLICT (event_id) DO NOTHING
  RETURNING event_id
),
news AS (
  SELECT
    event ->> 'eventId' AS event_id,
    (event ->> 'sequence')::bigint AS sequence,
    event -> 'data' ->> 'orderId' AS order_id,
    event -> 'data' ->> 'paymentId' AS payment_id,
    coalesce(
      event -> 'data' ->> 'failureReason',
      event -> 'data' ->> 'cancelReason',
      event ->> 'eventType') AS reason,
    coalesce(event -> 'metadata' ->> 'correlationId', gen_random_uuid()::text) AS correlation_id
  FROM received
  CROSS JOIN fresh
),
cancelled AS (
  UPDATE order_service.customer_order AS known
  SET status = 'CANCELLED', cancel_reason = reason, payment_id = news.payment_id, updated_at = now()
  FROM news
  WHERE known.order_id = news.order_id
    AND known.status <> 'CANCELLED'
    AND news.sequence > 1
    AND coalesce(known.payment_id, news.payment_id) = news.payment_id
  RETURNING known.order_id
)
INSERT INTO order_service.outbox (event_type, order_id, data, correlation_id, causation_id)
SELECT
  'order.cancelled',
  order_id,
  json_build_object('orderId', order_id, 'reason', reason, 'cancelledBy', 'order-service'),
  correlation_id,
  event_id
FROM cancelled
JOIN news USING (order_id)
