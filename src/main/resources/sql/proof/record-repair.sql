-- A repair was tried, and what it failed with, if it did.
WITH tried AS (
  UPDATE difference
  SET repairs = repairs + 1
  WHERE difference_id = :differenceId
  RETURNING difference_id
)
INSERT INTO difference_action (difference_id, action, actor, reason, error)
SELECT difference_id, 'REPAIR', :actor, :reason, :error::text
FROM tried
