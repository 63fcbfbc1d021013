package io.paymentsaga.stripe;

import java.time.Instant;

/**
 * A Checkout Session as Stripe's own list has it.
 *
 * @param createdAt whole seconds
 * @param paymentId the payment its metadata names; null when it is not of this service's making
 * @param intent with the charge that took the money; null while nobody has tried to pay
 */
public record LedgerSession(
    String sessionId, Instant createdAt, String paymentId, Status status, LedgerIntent intent) {

  /** Stripe's own words. */
  public enum Status {
    OPEN,
    COMPLETE,
    EXPIRED
  }
}
