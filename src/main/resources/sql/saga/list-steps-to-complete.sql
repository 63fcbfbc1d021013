-- Lists the completions still to run, first enlisted first.
SELECT step_id, name, completion_uri AS uri, options, attempts
FROM saga_step
WHERE saga_id = :sagaId AND completion_uri IS NOT NULL AND status <> 'COMPLETED'
ORDER BY step_id
