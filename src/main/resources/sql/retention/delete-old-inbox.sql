-- Forgets messages that had their effect long ago. Kafka must have forgotten them by then; one that also waits as a dead letter is
-- remembered until that is settled.
DELETE FROM inbox i
USING (
  SELECT aged.topic, aged.event_id
  FROM inbox aged
  WHERE aged.received_at < now() - :#keptMillis * interval '1 millisecond'
    AND NOT EXISTS (
      SELECT FROM dead_letter d
      WHERE d.topic = aged.topic AND d.event_id = aged.event_id AND d.status = 'WAITING')
  ORDER BY aged.received_at
  LIMIT :#batch) AS old
WHERE i.topic = old.topic
  AND i.event_id = old.event_id
