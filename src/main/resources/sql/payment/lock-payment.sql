-- The payment a signal is for, held until the signal's transaction ends.
SELECT w.payment::text AS payment
FROM whole_payment w
WHERE w.payment_id = :#paymentId
FOR UPDATE
