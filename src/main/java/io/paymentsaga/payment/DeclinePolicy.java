package io.paymentsaga.payment;

/** What a declined card means while the Checkout Session is open. */
public enum DeclinePolicy {
  /** The rollback begins. */
  FAIL_FAST,
  /** It is written down; the customer may try another card until the session expires. */
  RETRY_UNTIL_EXPIRY
}
