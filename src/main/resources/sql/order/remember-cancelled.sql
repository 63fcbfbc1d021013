-- The order service has cancelled this order: whatever is paid for it from now on is not wanted.
INSERT INTO order_reference AS o (order_id, cancelled_event, cancelled_at, cancel_reason, cancelled_by)
VALUES (:#orderId, :#eventId, now(), :#reason, :#cancelledBy)
ON CONFLICT (order_id) DO UPDATE
SET cancelled_event = coalesce(o.cancelled_event, EXCLUDED.cancelled_event),
    cancelled_at = coalesce(o.cancelled_at, EXCLUDED.cancelled_at),
    cancel_reason = coalesce(o.cancel_reason, EXCLUDED.cancel_reason),
    cancelled_by = coalesce(o.cancelled_by, EXCLUDED.cancelled_by)
