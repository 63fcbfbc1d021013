-- Keeps a message that could not be processed, once.
INSERT INTO dead_letter
  (dead_letter_id, topic, partition, "offset", kafka_timestamp, key, value, headers, event_id, service, reason, error, attempts)
VALUES
  (gen_random_uuid()::text, :topic, :partition, :offset, :timestamp, :key, :value, :headers::json, :eventId, :service, :reason,
   :error, :attempts)
ON CONFLICT (topic, partition, "offset", kafka_timestamp) DO NOTHING
