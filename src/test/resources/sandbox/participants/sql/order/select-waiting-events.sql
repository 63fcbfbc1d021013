-- The oldest events not sent yet, each in the envelope its readers know
SELECT
  position,
  event_id::text AS event_id,
  event_type,
  order_id,
  correlation_id,
  occurred.at AS occurred_at,
  json_build_object(
    'eventId', event_id,
    'eventType', event_type,
    'timestamp', occurred.at,
    'service', 'order-service',
    'version', '1.0.0',
    'data', data,
    'metadata', json_strip_nulls(json_build_object(
      'correlationId', correlation_id, 'causationId', causation_id))
  )::text AS envelope
FROM order_service.outbox
CROSS JOIN LATERAL (
  SELECT to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at
) AS occurred
ORDER BY position
LIMIT 100
