-- A replay has failed: the message waits as before, with what it failed with now.
WITH failed AS (
  UPDATE dead_letter
  SET reason = :#${body.reason},
      error = :#${body.error},
      attempts = attempts + 1
  WHERE dead_letter_id = :#${header.deadLetterId}
    AND status = 'WAITING'
  RETURNING dead_letter_id, error
)
INSERT INTO dead_letter_action (dead_letter_id, action, actor, reason, error)
SELECT dead_letter_id, 'REPLAY_FAILED', :#${exchangeProperty.caller.subject}, :#${exchangeProperty.operatorRequest.reason}, error
FROM failed
