-- A job is done for an hour, or goes on at once when there was as much as one run takes.
UPDATE retention_job
SET next_at = now() + CASE WHEN :#more THEN interval '0' ELSE interval '1 hour' END
WHERE job = :#job
