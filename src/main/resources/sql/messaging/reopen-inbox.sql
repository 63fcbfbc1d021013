-- Lets a command that was refused, and so had no effect, have one after all: an operator replays it.
DELETE FROM inbox
WHERE topic = :#${body.origin.topic}
  AND event_id = :#${body.eventId}
  AND refused
