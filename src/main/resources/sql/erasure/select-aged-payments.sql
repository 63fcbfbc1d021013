-- Settled payments whose personal data has been kept for long enough, held until it is removed; who else holds one is let be.
SELECT coalesce(jsonb_agg(settled.payment_id), '[]')::text AS payments
FROM (
  SELECT p.payment_id
  FROM personal_data d
  JOIN payment p ON p.payment_id = d.payment_id
  WHERE d.given_at < now() - :#${exchangeProperty.retention.keptMillis} * interval '1 millisecond'
    AND payment_is_settled(p)
  ORDER BY d.given_at
  LIMIT :#${exchangeProperty.retention.batch}
  FOR UPDATE OF p SKIP LOCKED) AS settled
