-- Removes what says who the customers of some payments are, with the bodies of settled messages about their orders. Amounts,
-- statuses and history stay; the history says who wanted it.
WITH erased AS (
  DELETE FROM personal_data d
  USING jsonb_array_elements_text(:#payments::jsonb) AS settled (payment_id)
  WHERE d.payment_id = settled.payment_id
  RETURNING d.payment_id
), receipts AS (
  UPDATE payment p
  SET receipt_url = NULL
  FROM erased
  WHERE p.payment_id = erased.payment_id
    AND p.receipt_url IS NOT NULL
), letters AS (
  UPDATE dead_letter d
  SET key = NULL, value = NULL, headers = '[]', emptied_at = now()
  FROM erased
  JOIN payment p ON p.payment_id = erased.payment_id
  WHERE md5(d.key) = md5(convert_to(p.order_id, 'UTF8'))
    AND d.emptied_at IS NULL
    AND d.status <> 'WAITING'
), audit AS (
  INSERT INTO payment_history (payment_id, at, signal, from_status, to_status, cause, actor, detail)
  SELECT p.payment_id, now(), 'PersonalDataErased', p.status, p.status, :#cause, :#actor, :#reason
  FROM erased
  JOIN payment p ON p.payment_id = erased.payment_id
)
SELECT count(*) AS erased FROM erased
