package io.paymentsaga.stripe;

/** A step could not find out from Stripe what it must know; it is to be tried again. */
public final class StripeUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean refusal;

  private StripeUnavailableException(String message) {
    this(message, false);
  }

  private StripeUnavailableException(String message, boolean refusal) {
    super(message);
    this.refusal = refusal;
  }

  /** Whether Stripe has answered that it will not tell: a later try finds the same. */
  public boolean isRefusal() {
    return refusal;
  }

  /** For an outcome that is no answer. */
  public static StripeUnavailableException of(StripeOutcome outcome) {
    if (outcome instanceof StripeOutcome.Unknown unknown) {
      return new StripeUnavailableException(unknown.reason());
    }
    if (outcome instanceof StripeOutcome.Refused refused) {
      return new StripeUnavailableException("Stripe refused: " + refused.reason(), true);
    }
    if (outcome instanceof StripeOutcome.NotMade notMade) {
      return new StripeUnavailableException("Stripe has not done it: " + notMade.reason());
    }
    if (outcome instanceof StripeOutcome.RateLimited) {
      return new StripeUnavailableException("Stripe asks for fewer calls");
    }
    if (outcome instanceof StripeOutcome.NotSent notSent) {
      return new StripeUnavailableException("Stripe was not asked: " + notSent.reason());
    }
    return new StripeUnavailableException("unexpected answer: " + outcome);
  }
}
