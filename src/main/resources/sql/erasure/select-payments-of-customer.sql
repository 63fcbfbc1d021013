-- Settled payments whose personal data an erasure is to remove, held until it has; a part of them when they are very many.
SELECT coalesce(jsonb_agg(settled.payment_id), '[]')::text AS payments
FROM (
  SELECT p.payment_id
  FROM payment p
  WHERE p.user_id = :#${exchangeProperty.erasure[user_id]}
    AND p.created_at <= :#${exchangeProperty.erasure[asked_at]}
    AND has_personal_data(p)
    AND payment_is_settled(p)
  ORDER BY p.created_at, p.payment_id
  LIMIT 1000
  FOR UPDATE OF p) AS settled
