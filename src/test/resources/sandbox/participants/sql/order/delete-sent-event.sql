-- Forgets an event the broker has acknowledged
DELETE FROM order_service.outbox
WHERE position = :#position
