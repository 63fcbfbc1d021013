-- Moves an order to where its payment is, once per event; what is older than the last news changes nothing
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
    event -> 'data' ->> 'orderId' AS order_id,
    event -> 'data' ->> 'paymentId' AS payment_id,
    (event ->> 'sequence')::bigint AS sequence,
    (event ->> 'timestamp')::timestamptz AS occurred_at,
    event ->> 'eventType' AS event_type
  FROM received
  CROSS JOIN fresh
)
UPDATE order_service.customer_order AS known
SET
  status = :#orderStatus,
  payment_id = news.payment_id,
  payment_sequence = news.sequence,
  payment_heard_at = news.occurred_at,
  updated_at = now()
FROM news
WHERE known.order_id = news.order_id
  AND known.status <> 'CANCELLED'
  AND CASE
    WHEN known.payment_id IS NULL THEN TRUE
    WHEN known.payment_id = news.payment_id THEN known.payment_sequence < news.sequence
    -- A later payment for the same order takes over; an earlier one's refund does not.
    ELSE news.event_type <> 'payment.refunded' AND known.payment_heard_at < news.occurred_at
  END
