-- What is booked for payments, by their ids or their PaymentIntents; with an older payment of the same order that holds money too.
SELECT p.payment_id, p.order_id, p.status, p.stripe_session_id, p.stripe_payment_intent_id, p.captured_amount, p.captured_currency,
       p.refunded_amount, p.created_at, p.updated_at, p.version,
       p.captured_amount - p.refund_reserved - p.lost_amount AS held,
       CASE WHEN p.captured_amount > 0 THEN (
         SELECT o.payment_id
         FROM payment o
         WHERE o.order_id = p.order_id
           AND (o.created_at, o.payment_id) < (p.created_at, p.payment_id)
           AND o.captured_amount - o.refund_reserved - o.lost_amount > 0
         LIMIT 1)
       END AS held_before
FROM payment p
WHERE p.payment_id = ANY (:paymentIds) OR p.stripe_payment_intent_id = ANY (:intentIds)
