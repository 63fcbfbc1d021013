-- Removes what settled messages said. That there was one at this place in Kafka, and what operators did with it, stays.
UPDATE dead_letter d
SET key = NULL, value = NULL, headers = '[]', emptied_at = now()
FROM (
  SELECT aged.dead_letter_id
  FROM dead_letter aged
  WHERE aged.status <> 'WAITING'
    AND aged.emptied_at IS NULL
    AND aged.at < now() - :#keptMillis * interval '1 millisecond'
  ORDER BY aged.at
  LIMIT :#batch
  FOR UPDATE SKIP LOCKED) AS old
WHERE d.dead_letter_id = old.dead_letter_id
