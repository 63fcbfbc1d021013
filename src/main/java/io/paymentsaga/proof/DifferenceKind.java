package io.paymentsaga.proof;

/** How Stripe and the books of this service can differ. */
public enum DifferenceKind {
  /** A session at Stripe names a payment that has another one, or none, or does not exist. */
  SESSION_UNKNOWN,
  /** A payment has a session Stripe has never heard of. */
  SESSION_ABSENT,
  /** A payment is over and its session still takes money. */
  SESSION_OPEN,
  /** A PaymentIntent at Stripe holds money for a payment that does not exist or not by it. */
  INTENT_UNKNOWN,
  /** Money is captured at Stripe, and not here. */
  CAPTURE_MISSED,
  /** Money is captured here, and not at Stripe. */
  CAPTURE_UNFOUNDED,
  /** Another amount, or another currency, is captured at Stripe than here. */
  CAPTURE_DIFFERS,
  /** A payment was paid twice. */
  CHARGED_TWICE,
  /** Two payments of one order hold money. */
  ORDER_CHARGED_TWICE,
  /** Stripe has made a refund nobody here knows. */
  REFUND_MISSED,
  /** A refund is booked here, and Stripe has never heard of it. */
  REFUND_ABSENT,
  /** A refund has another amount, or another currency, at Stripe than here. */
  REFUND_DIFFERS,
  /** A refund stands differently at Stripe than here. */
  REFUND_STATUS_DIFFERS,
  /** Each refund is right, and their sum here is not. */
  REFUNDED_TOTAL_DIFFERS
}
