-- Somebody has dealt with a difference by hand.
WITH settled AS (
  UPDATE difference
  SET state = 'SETTLED', closed_at = now(), look_at = NULL
  WHERE difference_id = :#${header.differenceId} AND state IN ('SUSPECTED', 'OPEN')
  RETURNING difference_id
)
INSERT INTO difference_action (difference_id, action, actor, reason)
SELECT difference_id, 'SETTLE', :#${exchangeProperty.caller.subject}, :#${exchangeProperty.operatorRequest.reason}
FROM settled
