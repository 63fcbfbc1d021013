-- A payment as the service works on it: its row, and in its checkout what the customer gave, unless that was erased. FOR UPDATE
-- locks the row in payment and nothing else. Whoever may read this view reads personal data.
CREATE VIEW whole_payment AS
SELECT p.payment_id, p.saga_id,
       to_jsonb(p) || jsonb_build_object('checkout', p.checkout || coalesce(
         (SELECT d.given FROM personal_data d WHERE d.payment_id = p.payment_id), '{}')) AS payment
FROM payment p;
