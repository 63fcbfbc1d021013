package io.paymentsaga.sandbox.stripe;

/**
 * What came of a customer's step on the hosted page.
 *
 * @param message what the page tells the customer; empty unless declined
 */
public record PaymentAttempt(Outcome outcome, String message) {
  /** How the step ended. */
  public enum Outcome {
    /** The money is taken and the session complete. */
    PAID,
    /** No money moved; the session is still open. */
    DECLINED,
    /** The bank asks for 3-D Secure; the session is still open. */
    CHALLENGED,
    /** The session is complete, and the bank decides later. */
    PROCESSING,
    /** The session was no longer open, or nothing was asked: nothing happened. */
    REFUSED
  }

  static PaymentAttempt of(Outcome outcome) {
    return new PaymentAttempt(outcome, "");
  }

  static PaymentAttempt declined(Decline decline) {
    return new PaymentAttempt(Outcome.DECLINED, decline.message());
  }
}
