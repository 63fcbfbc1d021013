-- PostgreSQL's own vacuum of the outbox takes no pauses: what it cleans is in its caches, and slower it would fall behind.
ALTER TABLE outbox SET (autovacuum_vacuum_cost_delay = 0);
