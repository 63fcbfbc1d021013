package io.paymentsaga.route;

import io.paymentsaga.saga.StepPendingException;
import io.paymentsaga.stripe.StripeOutcome;
import io.paymentsaga.stripe.StripeOutcome.Fault;
import io.paymentsaga.stripe.StripeUnavailableException;
import java.time.Duration;

/** What a step does with an answer of Stripe's that tells it nothing. */
final class StripeAnswers {
  private static final Duration KEY_REFUSED = Duration.ofSeconds(30);

  private StripeAnswers() {}

  /**
   * Why the step cannot go on. While Stripe asks for patience, answers nobody, or refuses the key,
   * that is no failure of the step: it waits. What Stripe leaves without an answer while it answers
   * others is one.
   */
  static RuntimeException missing(StripeOutcome outcome) {
    if (outcome instanceof StripeOutcome.RateLimited limited) {
      return new StepPendingException(limited.retryAfter());
    }
    if (outcome instanceof StripeOutcome.NotSent notSent) {
      return new StepPendingException(notSent.retryAfter());
    }
    if (outcome instanceof StripeOutcome.Unknown unknown && unknown.stripeIsAway()) {
      return new StepPendingException(unknown.retryAfter());
    }
    if (outcome instanceof StripeOutcome.Refused refused && refused.fault() == Fault.ACCESS) {
      return new StepPendingException(KEY_REFUSED);
    }
    return StripeUnavailableException.of(outcome);
  }
}
