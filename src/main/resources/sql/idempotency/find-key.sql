-- How a key stands that could not be claimed.
SELECT fingerprint = :fingerprint AS same, status, content_type, location, body,
       greatest(extract(epoch FROM lease_until - now()) * 1000, 0)::bigint AS held
FROM idempotency_key
WHERE caller = :caller AND key = :key
