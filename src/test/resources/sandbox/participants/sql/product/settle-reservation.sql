-- Moves a reservation on, once per event; remembered when it comes before the reservation, dropped when it is old news.
-- A released reservation stays released, and only what is still reserved can be released.
WITH received AS (
  SELECT (:#event)::jsonb AS event
),
fresh AS (
  INSERT INTO product_service.inbox (event_id)
  SELECT event ->> 'eventId' FROM received
  ON CONFLICT (event_id) DO NOTHING
  RETURNING event_id
)
INSERT INTO product_service.reservation AS known (payment_id, order_id, status, payment_sequence)
SELECT
  event -> 'data' ->> 'paymentId',
  event -> 'data' ->> 'orderId',
  :#reservationStatus,
  (event ->> 'sequence')::bigint
FROM received
CROSS JOIN fresh
ON CONFLICT (payment_id) DO UPDATE
SET status = EXCLUDED.status, payment_sequence = EXCLUDED.payment_sequence, updated_at = now()
WHERE known.payment_sequence < EXCLUDED.payment_sequence
  AND known.status <> 'RELEASED'
  AND (EXCLUDED.status <> 'RELEASED' OR known.status = 'RESERVED')
