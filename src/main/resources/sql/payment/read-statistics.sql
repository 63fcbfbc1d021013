-- How many payments were created in a period, by status and currency: whole hours as they are summed up, with the changes since;
-- of the hours at the period's ends the payments themselves.
WITH asked AS (
  SELECT coalesce(:#from::timestamptz, '-infinity') AS since,
         coalesce(:#to::timestamptz, 'infinity') AS until
), hours AS (
  SELECT since, until,
         -- The first whole hour, unless the period ends before.
         least(date_trunc('hour', since + interval '1 hour' - interval '1 microsecond', 'UTC'), until) AS first,
         date_trunc('hour', until, 'UTC') AS last
  FROM asked
), figure AS (
  SELECT status, currency, count, amount, refunded_amount
  FROM payment_statistic
  WHERE hour >= (SELECT first FROM hours) AND hour < (SELECT last FROM hours)
  UNION ALL
  SELECT status, currency, count, amount, refunded_amount
  FROM payment_statistic_change
  WHERE hour >= (SELECT first FROM hours) AND hour < (SELECT last FROM hours)
  UNION ALL
  SELECT status, currency, 1, amount, refunded_amount
  FROM payment
  WHERE created_at >= (SELECT since FROM hours) AND created_at < (SELECT first FROM hours)
  UNION ALL
  SELECT status, currency, 1, amount, refunded_amount
  FROM payment
  WHERE created_at >= (SELECT greatest(first, last) FROM hours) AND created_at < (SELECT until FROM hours)
), item AS (
  SELECT status, currency, sum(count)::bigint AS count, sum(amount)::bigint AS amount, sum(refunded_amount)::bigint AS refunded_amount
  FROM figure
  GROUP BY status, currency
  HAVING sum(count) > 0
)
SELECT json_build_object('items', coalesce(json_agg(json_build_object(
  'status', status, 'currency', currency, 'count', count, 'amount', amount, 'refundedAmount', refunded_amount)
  ORDER BY status, currency), '[]'))::text AS json
FROM item
