-- One dead letter, as operators see it in lists.
SELECT dead_letter_json(d)::text AS json, d.status
FROM dead_letter d
WHERE d.dead_letter_id = :#${header.deadLetterId}
