-- Tells whether there is a saga.
SELECT EXISTS (SELECT FROM saga WHERE saga_id = :sagaId)
