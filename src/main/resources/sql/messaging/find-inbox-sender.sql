-- Who sent the message that was taken or discarded under this id; NULL when it did not say.
SELECT service
FROM inbox
WHERE topic = :#${body.origin.topic}
  AND event_id = :#${body.eventId}
