-- The relay reads and removes by shard. With an index on the id alone the planner takes that one and filters by shard, which
-- reads the whole queue once a shard.
ALTER TABLE outbox DROP CONSTRAINT outbox_pkey, ADD PRIMARY KEY (shard, outbox_id);
DROP INDEX outbox_shard;

-- PostgreSQL's own vacuum of the outbox takes no pauses: what it cleans is in its caches, and slower it would fall behind.
ALTER TABLE outbox SET (autovacuum_vacuum_cost_delay = 0);
