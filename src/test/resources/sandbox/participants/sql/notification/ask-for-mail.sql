-- Asks for a mail about a payment, once per event; it is written when its recipient is known
WITH received AS (
  SELECT (:#event)::jsonb AS event
),
fresh AS (
  INSERT INTO notification_service.inbox (event_id)
  SELECT event ->> 'eventId' FROM received
  ON CONFLICT (event_id) DO NOTHING
  RETURNING event_id
)
INSERT INTO notification_service.mail (kind, payment_id, order_id, amount, currency)
SELECT
  :#mailKind,
  data ->> 'paymentId',
  data ->> 'orderId',
  coalesce(data ->> 'refundAmount', data ->> 'amount')::bigint,
  data ->> 'currency'
FROM (SELECT event -> 'data' AS data FROM received CROSS JOIN fresh) AS payment
ON CONFLICT (payment_id) WHERE kind IN ('failure', 'cancellation') DO NOTHING
