-- Lets a command that was refused, and so had no effect, have one after all: an operator replays it. Another sender's under the
-- same id stays refused; one that does not say who it is counts as the same.
DELETE FROM inbox
WHERE topic = :#${body.origin.topic}
  AND event_id = :#${body.eventId}
  AND coalesce(service = :#${body.service}, true)
  AND refused
