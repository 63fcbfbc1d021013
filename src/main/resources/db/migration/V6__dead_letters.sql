-- Who sent the message, so that another sender's message under the same id is not mistaken for it. A refused command was
-- answered and had no effect; a replay may still give it one.
ALTER TABLE inbox
  ADD COLUMN service text,
  ADD COLUMN refused boolean NOT NULL DEFAULT false;

-- The record's time in Kafka, in milliseconds: part of the identity of a message that brings none. What was put aside before
-- this column was there has had no effect under any identity yet, so the time it was put aside will do.
ALTER TABLE dead_letter ADD COLUMN kafka_timestamp bigint;
UPDATE dead_letter SET kafka_timestamp = (extract(epoch FROM at) * 1000)::bigint;
ALTER TABLE dead_letter ALTER COLUMN kafka_timestamp SET NOT NULL;
CREATE INDEX dead_letter_newest ON dead_letter (at DESC, dead_letter_id DESC);
CREATE INDEX dead_letter_status ON dead_letter (status, at DESC, dead_letter_id DESC);

-- What operators did with a message that was put aside: who, when and why.
CREATE TABLE dead_letter_action (
  dead_letter_action_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  dead_letter_id        text NOT NULL REFERENCES dead_letter ON DELETE CASCADE,
  at                    timestamptz NOT NULL DEFAULT clock_timestamp(),
  action                text NOT NULL CHECK (action IN ('REPLAYED', 'REPLAY_FAILED', 'DISCARDED')),
  actor                 text NOT NULL,
  reason                text NOT NULL,
  -- What a replay failed with.
  error                 text,
  CHECK ((error IS NOT NULL) = (action = 'REPLAY_FAILED'))
);
CREATE INDEX dead_letter_action_letter ON dead_letter_action (dead_letter_id, dead_letter_action_id);

-- Bytes as text when they are UTF-8 that a text can hold, else in base64, without line breaks.
CREATE FUNCTION readable(bytes bytea) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
  RETURN convert_from(bytes, 'UTF8');
EXCEPTION
  WHEN character_not_in_repertoire OR untranslatable_character THEN
    RETURN translate(encode(bytes, 'base64'), E'\n', '');
END;
$$;

-- A dead letter as operators see it in lists.
CREATE FUNCTION dead_letter_json(d dead_letter) RETURNS json
  LANGUAGE sql STABLE
  RETURN json_build_object(
    'id', d.dead_letter_id,
    'topic', d.topic,
    'key', readable(d.key),
    'eventId', d.event_id,
    'reason', d.reason,
    'attempts', d.attempts,
    'at', rfc3339(d.at),
    'status', d.status);
