-- Which payment has this saga for its own; none while its first step has not happened.
SELECT p.payment_id
FROM payment p
WHERE p.saga_id = :#${header.Long-Running-Action}
