package io.paymentsaga.stripe;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A call to Stripe whose turn it is, before there is anything to call for; or why there is none.
 * Good for one call; to be closed by whoever asked for it, so that what was not used is given back.
 */
public final class Admission implements AutoCloseable {
  private final StripeBudget budget;
  private final StripeOutcome.NotSent refusal;
  private final AtomicBoolean usedUp;

  private Admission(StripeBudget budget, StripeOutcome.NotSent refusal) {
    this.budget = budget;
    this.refusal = refusal;
    this.usedUp = new AtomicBoolean(refusal != null);
  }

  static Admission to(StripeBudget budget, Lane lane) {
    try {
      budget.admit(lane);
      return new Admission(budget, null);
    } catch (NotSentException refused) {
      return new Admission(budget, StripeErrors.notSent(refused));
    }
  }

  /** Why there will be no call; empty when there can be. */
  public Optional<StripeOutcome.NotSent> refusal() {
    return Optional.ofNullable(refusal);
  }

  /** Takes the one call there is. */
  void use() {
    if (!usedUp.compareAndSet(false, true)) {
      throw new IllegalStateException("an admission is good for one call");
    }
  }

  @Override
  public void close() {
    if (usedUp.compareAndSet(false, true)) {
      budget.notUsed();
    }
  }
}
