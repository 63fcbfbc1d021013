-- How many relays of other processes share the shards. Those of one process differ in what follows the last slash.
SELECT count(*)::integer
FROM relay_instance
WHERE alive_until >= now()
  AND regexp_replace(instance, '/[^/]*$', '') <> regexp_replace(:instance, '/[^/]*$', '')
