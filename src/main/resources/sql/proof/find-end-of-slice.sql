-- When a stretch of time has so many payments, or so many refunds, that the rest of it is another slice; nothing when it has fewer.
SELECT created_at
FROM (
  (SELECT created_at
   FROM payment
   WHERE created_at >= :from AND created_at < :to
   ORDER BY created_at
   OFFSET :most
   LIMIT 1)
  UNION ALL
  (SELECT created_at
   FROM refund
   WHERE created_at >= :from AND created_at < :to
   ORDER BY created_at
   OFFSET :most
   LIMIT 1)) AS full_slice
ORDER BY created_at
LIMIT 1
