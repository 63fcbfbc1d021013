-- How far an erasure has come; it ends when no payment of its customer waits any more.
WITH waiting AS (
  SELECT count(*) AS payments
  FROM payment p
  WHERE p.user_id = :#${exchangeProperty.erasure[user_id]}
    AND p.created_at <= :#${exchangeProperty.erasure[asked_at]}
    AND has_personal_data(p)
)
UPDATE erasure e
SET erased = e.erased + :#${body},
    ended_at = CASE WHEN waiting.payments = 0 THEN now() END,
    -- As much as one run takes: there may be more.
    next_at = CASE WHEN waiting.payments > 0 THEN CASE WHEN :#${body} >= 1000 THEN now() ELSE e.next_at END END
FROM waiting
WHERE e.erasure_id = :#${exchangeProperty.erasure[erasure_id]}
RETURNING json_build_object(
  'erasureId', e.erasure_id::text,
  'userId', e.user_id,
  'status', CASE WHEN e.ended_at IS NULL THEN 'WAITING' ELSE 'COMPLETED' END,
  'erasedPayments', e.erased,
  'waitingPayments', waiting.payments,
  'askedAt', rfc3339(e.asked_at),
  'endedAt', rfc3339(e.ended_at))::text AS json
