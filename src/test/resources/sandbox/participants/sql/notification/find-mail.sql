-- The name of a written mail's file
SELECT name
FROM notification_service.mail
WHERE name = :#name
  AND written_at IS NOT NULL
