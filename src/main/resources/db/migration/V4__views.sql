-- A refund as the API shows it.
CREATE FUNCTION refund_json(r refund) RETURNS json
  LANGUAGE sql STABLE
  RETURN json_build_object(
    'refundId', r.refund_id,
    'amount', r.amount,
    'status', lower(r.status),
    'reason', r.reason,
    'createdAt', rfc3339(r.created_at));

-- A payment as the API shows it.
CREATE FUNCTION payment_json(p payment) RETURNS json
  LANGUAGE sql STABLE
  RETURN json_build_object(
    'paymentId', p.payment_id,
    'orderId', p.order_id,
    'userId', p.user_id,
    'sagaId', p.saga_id,
    'correlationId', p.correlation_id,
    'status', p.status,
    'amount', p.amount,
    'currency', p.currency,
    'items', p.checkout -> 'items',
    'stripeSessionId', p.stripe_session_id,
    'stripePaymentIntentId', p.stripe_payment_intent_id,
    'expiresAt', rfc3339(p.expires_at),
    'failureReason', p.failure_reason,
    'cancelReason', p.cancel_reason,
    'attempts', p.attempts,
    'capturedAmount', p.captured_amount,
    'refundedAmount', p.refunded_amount,
    'createdAt', rfc3339(p.created_at),
    'updatedAt', rfc3339(p.updated_at),
    'completedAt', rfc3339(p.completed_at),
    'refunds', (
      SELECT coalesce(json_agg(refund_json(r) ORDER BY r.created_at, r.refund_id), '[]')
      FROM refund r
      WHERE r.payment_id = p.payment_id));

-- A saga as operators see it in lists.
CREATE FUNCTION saga_json(s saga) RETURNS json
  LANGUAGE sql STABLE
  RETURN json_build_object(
    'sagaId', s.saga_id,
    'paymentId', coalesce(
      (SELECT p.payment_id FROM payment p WHERE p.saga_id = s.saga_id),
      (SELECT r.payment_id FROM refund r WHERE r.saga_id = s.saga_id)),
    'kind', s.kind,
    'state', s.state,
    'stuck', s.state = 'FAILED',
    'reason', s.reason,
    'since', rfc3339(s.since));
