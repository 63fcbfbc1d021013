package io.paymentsaga.proof;

/** What this service can do about a difference by itself, always through the one door. */
public enum Repair {
  /** Nothing: a human decides. */
  NONE,
  /** Asks Stripe about the payment again, as when a webhook is lost. */
  CHECK_PAYMENT,
  /** Closes the session; money that turns out to be in it is given back. */
  CLOSE_SESSION,
  /** Books the refund as Stripe has it, as when its event is lost. */
  REPORT_REFUND
}
