-- An operator wants a customer's personal data erased. Kept whether there is any or not: who, when and why.
INSERT INTO erasure (user_id, actor, reason, next_at)
VALUES (:#userId, :#actor, :#reason, clock_timestamp() + interval '5 seconds')
RETURNING erasure_id, user_id, asked_at, actor, reason
