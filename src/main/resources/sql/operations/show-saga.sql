-- One saga, as operators see it in lists.
SELECT saga_json(s)::text AS json
FROM saga s
WHERE s.saga_id = :#${header.sagaId}
