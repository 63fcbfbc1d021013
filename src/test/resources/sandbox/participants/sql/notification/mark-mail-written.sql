-- Marks a mail as written
UPDATE notification_service.mail
SET written_at = now()
WHERE mail_id = :#mailId
  AND written_at IS NULL
