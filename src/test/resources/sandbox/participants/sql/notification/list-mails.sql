-- The 200 newest mails written
SELECT json_build_object('items', coalesce(json_agg(document ORDER BY mail_id DESC), '[]'))::text
FROM (
  SELECT
    mail_id,
    json_build_object(
      'name', name, 'kind', kind, 'orderId', order_id, 'recipient', email) AS document
  FROM notification_service.mail
  JOIN notification_service.recipient USING (payment_id)
  WHERE written_at IS NOT NULL
  ORDER BY mail_id DESC
  LIMIT 200
) AS newest
