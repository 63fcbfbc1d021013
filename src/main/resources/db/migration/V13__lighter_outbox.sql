-- An event gets its random id in the decision that is committed with it. A rule that no two waiting ones share an id could not
-- fail, and cost each event an index entry at a random place and each vacuum a walk through all of them.
ALTER TABLE outbox DROP CONSTRAINT outbox_event_id_key;
