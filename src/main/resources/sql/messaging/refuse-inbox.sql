-- Notes that a command is answered as refused in this transaction; no row when it was answered or had its effect before.
INSERT INTO inbox (topic, event_id, service, refused)
VALUES (:#${exchangeProperty.orderMessage.origin.topic}, :#${exchangeProperty.orderMessage.eventId},
        :#${exchangeProperty.orderMessage.service}, true)
ON CONFLICT DO NOTHING
