-- Makes the room of removed events free for new ones; waits for no lock, and leaves giving room back to PostgreSQL's own
-- vacuum, which comes once a minute.
VACUUM (SKIP_LOCKED, TRUNCATE false) outbox
