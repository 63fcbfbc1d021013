-- How many relays share the shards.
SELECT count(*) FROM relay_instance WHERE alive_until >= now()
