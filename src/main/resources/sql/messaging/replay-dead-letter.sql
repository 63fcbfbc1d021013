-- Takes a waiting dead letter in the transaction that gives it its effect, and records who wanted that; no row when it does
-- not wait. Whoever else wants it waits for this transaction's end.
WITH replayed AS (
  UPDATE dead_letter
  SET status = 'REPLAYED',
      attempts = attempts + 1
  WHERE dead_letter_id = :#${header.deadLetterId}
    AND status = 'WAITING'
  RETURNING dead_letter_id, topic, partition, "offset", kafka_timestamp, key, value, headers
), audit AS (
  INSERT INTO dead_letter_action (dead_letter_id, action, actor, reason)
  SELECT dead_letter_id, 'REPLAYED', :#${exchangeProperty.caller.subject}, :#${exchangeProperty.operatorRequest.reason}
  FROM replayed
)
SELECT topic, partition, "offset", kafka_timestamp, key, value, headers::text AS headers
FROM replayed
