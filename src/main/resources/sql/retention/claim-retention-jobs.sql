-- What is to be looked at for what has become too old. Who looks has ten minutes before another one may.
UPDATE retention_job
SET next_at = now() + interval '10 minutes'
WHERE next_at <= now()
RETURNING job
