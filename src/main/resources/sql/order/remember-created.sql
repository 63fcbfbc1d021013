-- The order service has announced this order.
INSERT INTO order_reference AS o (order_id, created_event, created_at)
VALUES (:#orderId, :#eventId, now())
ON CONFLICT (order_id) DO UPDATE
SET created_event = coalesce(o.created_event, EXCLUDED.created_event),
    created_at = coalesce(o.created_at, EXCLUDED.created_at)
