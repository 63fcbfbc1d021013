-- Notes that a message takes effect in this transaction; no row when it already has.
INSERT INTO inbox (topic, event_id, service)
VALUES (:#${body.origin.topic}, :#${body.eventId}, :#${body.service})
ON CONFLICT DO NOTHING
