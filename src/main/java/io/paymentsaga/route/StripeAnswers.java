package io.paymentsaga.route;

import io.paymentsaga.saga.StepPendingException;
import io.paymentsaga.stripe.StripeOutcome;
import io.paymentsaga.stripe.StripeUnavailableException;

/** What a step does with an answer of Stripe's that tells it nothing. */
final class StripeAnswers {
  private StripeAnswers() {}

  /**
   * Why the step cannot go on: it is tried again when Stripe wants it to be, or as a failure when
   * Stripe has not said.
   */
  static RuntimeException missing(StripeOutcome outcome) {
    return outcome instanceof StripeOutcome.RateLimited limited
        ? new StepPendingException(limited.retryAfter())
        : StripeUnavailableException.of(outcome);
  }
}
