-- Remembers whom to write to about a payment; may come twice
INSERT INTO notification_service.recipient (payment_id, email)
SELECT data ->> 'paymentId', data ->> 'customerEmail'
FROM (SELECT (:#event)::jsonb -> 'data' AS data) AS received
ON CONFLICT (payment_id) DO NOTHING
