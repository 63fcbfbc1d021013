-- Says that a relay is alive, and forgets those that are not.
WITH gone AS (
  DELETE FROM relay_instance WHERE alive_until < now() AND instance <> :instance
)
INSERT INTO relay_instance (instance, alive_until)
VALUES (:instance, now() + :aliveMillis * interval '1 millisecond')
ON CONFLICT (instance) DO UPDATE SET alive_until = EXCLUDED.alive_until
