-- The oldest mails not written yet whose recipient is known
SELECT mail_id, message_id, name, kind, email, order_id, amount, currency, asked_at
FROM notification_service.mail
JOIN notification_service.recipient USING (payment_id)
WHERE written_at IS NULL
ORDER BY mail_id
LIMIT 100
