-- All that a signal means for a payment: its state, its history, its events, its refunds and its disputes, together or not at
-- all. One row comes back when the payment was still at the version that was decided on, else none.
WITH changed AS (
  UPDATE payment p
  SET status = new.status,
      stripe_session_id = new.stripe_session_id,
      stripe_payment_intent_id = new.stripe_payment_intent_id,
      stripe_charge_id = new.stripe_charge_id,
      -- The receipt shows who paid: what was erased does not come back with it.
      receipt_url = CASE
        WHEN new.receipt_url IS NULL OR EXISTS (SELECT FROM personal_data d WHERE d.payment_id = p.payment_id)
        THEN new.receipt_url
      END,
      attempts = new.attempts,
      last_declined_charge = new.last_declined_charge,
      failure_reason = new.failure_reason,
      decline_code = new.decline_code,
      cancel_reason = new.cancel_reason,
      closing = new.closing,
      rollback_announced = new.rollback_announced,
      pending_commands = new.pending_commands,
      captured_amount = new.captured_amount,
      refund_reserved = new.refund_reserved,
      refunded_amount = new.refunded_amount,
      sequence = new.sequence,
      version = new.version,
      updated_at = new.updated_at,
      completed_at = new.completed_at,
      came_back_at = CASE WHEN p.status = 'REFUNDED' AND new.status <> 'REFUNDED' THEN new.updated_at ELSE p.came_back_at END,
      captured_currency = new.captured_currency,
      open_disputes = new.open_disputes,
      lost_amount = new.lost_amount
  FROM jsonb_populate_record(NULL::payment, :#state::jsonb) AS new
  WHERE p.payment_id = new.payment_id
    AND p.version = new.version - 1
  RETURNING p.payment_id, p.order_id, p.correlation_id, p.updated_at
), audit AS (
  INSERT INTO payment_history (payment_id, at, signal, from_status, to_status, cause, event_id, actor, detail)
  SELECT changed.payment_id, changed.updated_at, h.signal, h.from_status, h.to_status, h.cause, h.event_id, h.actor, h.detail
  FROM changed, jsonb_populate_record(NULL::payment_history, :#history::jsonb) AS h
), published AS (
  INSERT INTO outbox (shard, event_id, event_type, payment_id, order_id, sequence, at, body, correlation_id, traceparent)
  SELECT abs(hashtext(changed.order_id)::bigint) % 16, e.event_id, e.event_type, changed.payment_id, changed.order_id,
         e.sequence, changed.updated_at, e.body, changed.correlation_id, e.traceparent
  FROM changed,
       jsonb_to_recordset(:#events::jsonb) AS e (event_id text, event_type text, sequence bigint, body text, traceparent text)
  ORDER BY e.sequence
), refunded AS (
  INSERT INTO refund AS r
  SELECT new.*
  FROM changed, jsonb_populate_recordset(NULL::refund, :#refunds::jsonb) AS new
  ON CONFLICT (refund_id) DO UPDATE
  SET status = EXCLUDED.status,
      failure_reason = EXCLUDED.failure_reason,
      command_event = EXCLUDED.command_event,
      command_action = EXCLUDED.command_action,
      stripe_refund_id = EXCLUDED.stripe_refund_id,
      updated_at = EXCLUDED.updated_at,
      key_round = EXCLUDED.key_round
), disputed AS (
  INSERT INTO dispute AS d
  SELECT new.*
  FROM changed, jsonb_populate_recordset(NULL::dispute, :#disputes::jsonb) AS new
  ON CONFLICT (dispute_id) DO UPDATE
  SET amount = EXCLUDED.amount,
      currency = EXCLUDED.currency,
      status = EXCLUDED.status,
      stripe_status = EXCLUDED.stripe_status,
      reason = EXCLUDED.reason,
      updated_at = EXCLUDED.updated_at,
      closed_at = EXCLUDED.closed_at
)
SELECT payment_id FROM changed
