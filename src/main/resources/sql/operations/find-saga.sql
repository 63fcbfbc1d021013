-- What an operator's action has to know of a saga.
SELECT s.saga_id, s.kind, s.state, coalesce(p.payment_id, r.payment_id) AS payment_id, r.refund_id,
       r.status AS refund_status
FROM saga s
LEFT JOIN payment p ON p.saga_id = s.saga_id
LEFT JOIN refund r ON r.saga_id = s.saga_id
WHERE s.saga_id = :#${header.sagaId}
