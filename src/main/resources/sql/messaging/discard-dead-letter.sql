-- Gives up a waiting dead letter, and records who wanted that. The inbox makes sure it has no effect either when Kafka is read
-- again from an earlier offset.
WITH discarded AS (
  UPDATE dead_letter
  SET status = 'DISCARDED'
  WHERE dead_letter_id = :#${header.deadLetterId}
    AND status = 'WAITING'
  RETURNING dead_letter_id, topic, event_id, service
), audit AS (
  INSERT INTO dead_letter_action (dead_letter_id, action, actor, reason)
  SELECT dead_letter_id, 'DISCARDED', :#${exchangeProperty.caller.subject}, :#${exchangeProperty.operatorRequest.reason}
  FROM discarded
)
INSERT INTO inbox (topic, event_id, service)
SELECT topic, event_id, service
FROM discarded
WHERE event_id IS NOT NULL
ON CONFLICT DO NOTHING
