-- Keeps a message that could not be processed, once.
INSERT INTO dead_letter
  (dead_letter_id, topic, partition, "offset", kafka_timestamp, key, value, headers, event_id, reason, error, attempts)
VALUES
  (gen_random_uuid()::text, :topic, :partition, :offset, :timestamp, :key, :value, :headers::json, :eventId, :reason, :error,
   :attempts)
ON CONFLICT (topic, partition, "offset") DO NOTHING
