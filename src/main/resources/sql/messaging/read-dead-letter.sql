-- One dead letter with all that is known of it, and what operators did with it, oldest first.
SELECT dead_letter_json(d)::text AS json, d.key, d.value, d.headers::text AS headers, d.error, d.partition, d."offset",
       d.kafka_timestamp,
       (SELECT coalesce(json_agg(json_build_object(
                 'action', a.action,
                 'at', rfc3339(a.at),
                 'actor', a.actor,
                 'reason', a.reason,
                 'error', a.error) ORDER BY a.dead_letter_action_id), '[]')
        FROM dead_letter_action a
        WHERE a.dead_letter_id = d.dead_letter_id)::text AS actions
FROM dead_letter d
WHERE d.dead_letter_id = :#${header.deadLetterId}
