-- A topic that was deleted and made anew begins at offset 0 again: only the time tells its records from those before.
ALTER TABLE dead_letter
  DROP CONSTRAINT dead_letter_topic_partition_offset_key,
  ADD UNIQUE (topic, partition, "offset", kafka_timestamp);

-- Who sent the message, for the inbox to know when it is discarded; NULL when the message does not say.
ALTER TABLE dead_letter ADD COLUMN service text;

CREATE FUNCTION sender_of(message bytea) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  RETURN convert_from(message, 'UTF8')::jsonb ->> 'service';
EXCEPTION
  WHEN OTHERS THEN
    RETURN NULL;
END;
$$;
UPDATE dead_letter SET service = sender_of(value) WHERE status = 'WAITING';
DROP FUNCTION sender_of;
