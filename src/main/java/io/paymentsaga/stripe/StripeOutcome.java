package io.paymentsaga.stripe;

import io.paymentsaga.payment.Money;
import io.paymentsaga.payment.Refund;
import java.time.Duration;
import java.time.Instant;

/** What a call to Stripe found out. Only {@link Unknown} leaves open whether Stripe acted. */
public sealed interface StripeOutcome {

  /** The customer can pay. */
  record SessionOpen(String sessionId, String url, Instant expiresAt) implements StripeOutcome {}

  /**
   * The money is in.
   *
   * @param chargeId null when Stripe names none
   * @param receiptUrl null when Stripe names none
   */
  record SessionPaid(
      String sessionId, Money captured, String paymentIntentId, String chargeId, String receiptUrl)
      implements StripeOutcome {}

  /** The customer has finished; the money is not final. */
  record SessionProcessing(String sessionId, String paymentIntentId) implements StripeOutcome {}

  /** The session has ended and nothing was paid. */
  record SessionExpired(String sessionId) implements StripeOutcome {}

  /** There is no session, and there never was one. */
  record NoSession(String reason) implements StripeOutcome {}

  /**
   * A refund as Stripe has it.
   *
   * @param amount minor units
   * @param failureReason Stripe's, or null
   */
  record RefundState(String stripeRefundId, long amount, Refund.Status status, String failureReason)
      implements StripeOutcome {}

  /**
   * Stripe has not made a refund and would answer the same again: it is to be asked under another
   * idempotency key.
   */
  record NotMade(String reason) implements StripeOutcome {}

  /** Stripe did nothing, for it is asked too often: wait. */
  record RateLimited(Duration retryAfter) implements StripeOutcome {}

  /** Stripe was not asked: it does not answer, or too many other calls wait. */
  record NotSent(String reason, Duration retryAfter) implements StripeOutcome {}

  /**
   * Stripe did nothing, and will do nothing if it is asked again.
   *
   * @param reason Stripe's code for it; may be shown to anybody
   */
  record Refused(Fault fault, String reason) implements StripeOutcome {}

  /**
   * Nobody knows yet whether Stripe acted: ask again.
   *
   * @param retryAfter how long to wait before
   * @param stripeIsAway whether it is not this call alone that Stripe leaves without an answer
   */
  record Unknown(String reason, Duration retryAfter, boolean stripeIsAway)
      implements StripeOutcome {}

  /** Whose fault a refusal is. */
  enum Fault {
    /** What the caller of the checkout sent. */
    CALLER,
    /** This service: an operator must look. */
    SERVICE,
    /**
     * The key Stripe knows this service by: nothing can be done until an operator has mended it.
     */
    ACCESS
  }
}
