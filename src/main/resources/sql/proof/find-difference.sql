-- One difference, as operators see it in lists.
SELECT difference_json(d)::text AS json, d.state, d.payment_id, d.kind, d.stripe_object, d.repair, d.difference_id
FROM difference d
WHERE d.difference_id = :#${header.differenceId}
