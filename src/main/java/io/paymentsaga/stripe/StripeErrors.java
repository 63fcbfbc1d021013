package io.paymentsaga.stripe;

import com.stripe.exception.ApiException;
import com.stripe.exception.AuthenticationException;
import com.stripe.exception.CardException;
import com.stripe.exception.IdempotencyException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.PermissionException;
import com.stripe.exception.RateLimitException;
import com.stripe.exception.StripeException;
import io.paymentsaga.stripe.StripeOutcome.Fault;
import io.paymentsaga.stripe.StripeOutcome.NotSent;
import io.paymentsaga.stripe.StripeOutcome.RateLimited;
import io.paymentsaga.stripe.StripeOutcome.Refused;
import io.paymentsaga.stripe.StripeOutcome.Unknown;
import java.time.Duration;

/** What Stripe's error classes mean (docs.stripe.com/api/errors). */
final class StripeErrors {
  private static final Duration SOON = Duration.ofSeconds(2);

  private StripeErrors() {}

  /**
   * Whatever is not known to have been refused may have been done, be it a cut-off answer of status
   * 200.
   */
  static StripeOutcome outcome(StripeException error) {
    if (error instanceof CardException) {
      return new Refused(Fault.CALLER, refusal(error));
    }
    if (error instanceof InvalidRequestException invalid) {
      boolean callers = isCallers(invalid.getParam()) || isAmount(error.getCode());
      return new Refused(callers ? Fault.CALLER : Fault.SERVICE, refusal(error));
    }
    if (error instanceof AuthenticationException || error instanceof PermissionException) {
      return new Refused(Fault.ACCESS, refusal(error));
    }
    if (error instanceof IdempotencyException && !isInUse(error)) {
      return new Refused(Fault.SERVICE, refusal(error));
    }
    if (error instanceof NotSentException kept) {
      return notSent(kept);
    }
    if (error instanceof RateLimitException) {
      return new RateLimited(error instanceof AskedToWaitException asked ? asked.pause() : SOON);
    }
    return new Unknown("Stripe did not answer: " + describe(error), SOON, false);
  }

  static NotSent notSent(NotSentException kept) {
    return new NotSent(kept.getMessage(), kept.pause());
  }

  /** Whether the call is over and its answer is the one it will always have, under its key. */
  static boolean isFinal(StripeException error) {
    boolean answered = error.getStatusCode() != null && error.getStatusCode() >= 400;
    return answered && !(error instanceof RateLimitException) && !isInUse(error);
  }

  /** Whether its key, once so answered, is of no use for the same call any more. */
  static boolean usesUpItsKey(StripeException error) {
    return error instanceof IdempotencyException
        || (error instanceof ApiException && error.getStatusCode() >= 500);
  }

  private static boolean isInUse(StripeException error) {
    return "idempotency_key_in_use".equals(error.getCode());
  }

  /** Whether a parameter of the session carries a value the caller of the checkout chose. */
  private static boolean isCallers(String parameter) {
    return parameter != null
        && (parameter.startsWith("line_items")
            || parameter.startsWith("metadata")
            || parameter.startsWith("payment_intent_data")
            || parameter.equals("customer_email")
            || parameter.equals("success_url")
            || parameter.equals("cancel_url"));
  }

  /** What Stripe has against a total, for which it names no parameter. */
  private static boolean isAmount(String code) {
    return "amount_too_small".equals(code) || "amount_too_large".equals(code);
  }

  /**
   * The rule of Stripe's that was broken, the parameter that broke it, and the request, by which
   * Stripe's dashboard tells the rest. Stripe's own words stay there: they repeat what was sent, be
   * it an e-mail address, and what they say of a key or an account is nobody else's business.
   */
  static String refusal(StripeException error) {
    StringBuilder refusal = new StringBuilder();
    refusal.append(error.getCode() == null ? "status " + error.getStatusCode() : error.getCode());
    if (error instanceof InvalidRequestException invalid && invalid.getParam() != null) {
      refusal.append(" (").append(invalid.getParam()).append(')');
    }
    return refusal.append(", Stripe's request ").append(error.getRequestId()).toString();
  }

  private static String describe(StripeException error) {
    String message = error.getUserMessage() == null ? error.getMessage() : error.getUserMessage();
    return error.getCode() == null ? message : error.getCode() + ": " + message;
  }
}
