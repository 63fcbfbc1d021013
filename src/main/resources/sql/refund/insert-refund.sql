-- A refund that has a saga of its own.
INSERT INTO refund
SELECT new.*
FROM jsonb_populate_record(NULL::refund, :#refund::jsonb) AS new
