-- The refund a saga is about.
SELECT to_jsonb(r)::text AS refund
FROM refund r
WHERE r.saga_id = :#${header.Long-Running-Action}
