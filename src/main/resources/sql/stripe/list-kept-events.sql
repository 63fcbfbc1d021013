-- What is kept for a payment, oldest first, but for what somebody else is at, and for what failed.
SELECT e.stripe_event_id
FROM stripe_event e
WHERE e.match_at IS NOT NULL
  AND NOT e.failed
  AND (e.claimed_payment_id = :#${exchangeProperty.stripeEvent.paymentId}
       OR e.payment_intent_id = :#${exchangeProperty.stripeEvent.paymentIntentId})
ORDER BY e.received_at
FOR UPDATE SKIP LOCKED
