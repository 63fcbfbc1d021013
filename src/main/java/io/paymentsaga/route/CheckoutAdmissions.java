package io.paymentsaga.route;

import io.paymentsaga.http.ProblemException;
import io.paymentsaga.stripe.Admission;
import io.paymentsaga.stripe.StripeGateway;
import io.paymentsaga.stripe.StripeOutcome;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * Takes a checkout no further than Stripe can follow: one that Stripe cannot be asked about now is
 * refused before a saga is opened or a payment stored, so that nothing has to be undone for it.
 */
public final class CheckoutAdmissions {
  private final StripeGateway stripe;

  public CheckoutAdmissions(StripeGateway stripe) {
    this.stripe = stripe;
  }

  /**
   * Lets a checkout in; what it does not use of the admission goes back when its answer is ready.
   *
   * @throws ProblemException 503
   */
  public void admit(Exchange exchange) {
    Admission admission = stripe.admitCheckout();
    Optional<StripeOutcome.NotSent> refusal = admission.refusal();
    if (refusal.isPresent()) {
      throw ProblemException.unavailable(
          "Stripe cannot be asked at the moment: " + refusal.get().reason() + ".",
          refusal.get().retryAfter());
    }
    exchange.setProperty("stripeAdmission", admission);
    exchange
        .getExchangeExtension()
        .addOnCompletion(
            new SynchronizationAdapter() {
              @Override
              public void onDone(Exchange done) {
                admission.close();
              }
            });
  }
}
