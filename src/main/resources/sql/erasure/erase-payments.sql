-- Removes what says who the customers of some payments are, with the bodies of settled messages about them. Amounts, statuses and
-- history stay; the history says who wanted it. The messages are those of letters_about(), met here along their index.
WITH settled AS (
  SELECT p.payment_id, p.order_id, p.status
  FROM jsonb_array_elements_text(:#payments::jsonb) AS listed (payment_id)
  JOIN payment p ON p.payment_id = listed.payment_id
), given AS (
  DELETE FROM personal_data d
  USING settled
  WHERE d.payment_id = settled.payment_id
  RETURNING d.payment_id, settled.status
), receipts AS (
  UPDATE payment p
  SET receipt_url = NULL
  FROM given
  WHERE p.payment_id = given.payment_id
    AND p.receipt_url IS NOT NULL
), letters AS (
  UPDATE dead_letter d
  SET key = NULL, value = NULL, headers = '[]', emptied_at = now()
  FROM settled, LATERAL (VALUES (settled.order_id), (settled.payment_id)) AS named (id)
  WHERE md5(d.key) = md5(convert_to(named.id, 'UTF8'))
    AND d.emptied_at IS NULL
    AND d.status <> 'WAITING'
  RETURNING settled.payment_id, settled.status
), erased AS (
  SELECT payment_id, status FROM given
  UNION
  SELECT payment_id, status FROM letters
), audit AS (
  INSERT INTO payment_history (payment_id, at, signal, from_status, to_status, cause, actor, detail)
  SELECT payment_id, now(), 'PersonalDataErased', status, status, :#cause, :#actor, :#reason
  FROM erased
)
SELECT count(*) AS erased FROM erased
