-- Lists the compensations still to run, last enlisted first.
SELECT step_id, name, compensation_uri AS uri, options, attempts
FROM saga_step
WHERE saga_id = :sagaId AND compensation_uri IS NOT NULL AND status <> 'COMPENSATED'
ORDER BY step_id DESC
