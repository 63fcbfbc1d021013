-- Sums up some of the changes, so that the figures are read in a moment. Instances do not wait for each other's changes, and take
-- the sums in one order. No row when there was nothing to sum up.
WITH taken AS (
  DELETE FROM payment_statistic_change
  WHERE change_id = ANY (ARRAY(
    SELECT change_id
    FROM payment_statistic_change
    ORDER BY change_id
    LIMIT 20000
    FOR UPDATE SKIP LOCKED))
  RETURNING hour, status, currency, count, amount, refunded_amount
), summed AS (
  INSERT INTO payment_statistic AS s (hour, status, currency, count, amount, refunded_amount)
  SELECT hour, status, currency, sum(count), sum(amount), sum(refunded_amount)
  FROM taken
  GROUP BY hour, status, currency
  ORDER BY hour, status, currency
  ON CONFLICT (hour, status, currency) DO UPDATE
  SET count = s.count + EXCLUDED.count,
      amount = s.amount + EXCLUDED.amount,
      refunded_amount = s.refunded_amount + EXCLUDED.refunded_amount
)
SELECT count(*) AS changes
FROM taken
HAVING count(*) > 0
