package io.paymentsaga.route;

import io.paymentsaga.payment.Cause;
import io.paymentsaga.payment.PaymentSignal;
import io.paymentsaga.proof.Differences;
import io.paymentsaga.proof.Repair;
import io.paymentsaga.stripe.LedgerRefund;
import io.paymentsaga.stripe.StripeLedger;
import io.paymentsaga.stripe.StripeSignals;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;

/**
 * Repairs differences by the ways that are there for lost webhooks and closed sessions, each of
 * which ends at the one door. It books nothing itself.
 */
public final class Repairs {
  private static final Logger LOG = LoggerFactory.getLogger(Repairs.class);

  private final ProducerTemplate routes;
  private final StripeLedger stripe;
  private final Differences differences;

  public Repairs(CamelContext context, StripeLedger stripe, Differences differences) {
    this.routes = context.createProducerTemplate();
    this.stripe = stripe;
    this.differences = differences;
  }

  /** Who wants it repaired, and why. */
  record Order(String actor, String reason) {}

  /** Tries a repair once; that it failed is on record, and thrown to nobody. */
  void repair(
      String differenceId, String paymentId, String stripeObject, Repair repair, Order order) {
    String error = null;
    try {
      carryOut(paymentId, stripeObject, repair, order);
    } catch (RuntimeException failure) {
      error = reason(failure);
      LOG.warn("The difference {} could not be repaired: {}", differenceId, error);
    }
    differences.repaired(differenceId, order.actor(), order.reason(), error);
  }

  private void carryOut(String paymentId, String stripeObject, Repair repair, Order order) {
    switch (repair) {
      case NONE -> throw new IllegalArgumentException("A human decides about it.");
      case CHECK_PAYMENT -> send("direct:check-payment", paymentId);
      case CLOSE_SESSION -> send("direct:close-checkout-session", paymentId);
      case REPORT_REFUND -> {
        LedgerRefund refund =
            stripe
                .refund(stripeObject)
                .orElseThrow(() -> new IllegalStateException("Stripe has no such refund."));
        routes.requestBody(
            "direct:payment-signal",
            new PaymentSignal(
                paymentId,
                StripeSignals.of(refund),
                new Cause("money-proof", null, order.actor())));
      }
    }
  }

  private void send(String route, String paymentId) {
    String sagaId =
        differences
            .saga(paymentId)
            .orElseThrow(() -> new IllegalStateException("There is no such payment."));
    routes.requestBodyAndHeader(route, null, Exchange.SAGA_LONG_RUNNING_ACTION, sagaId);
  }

  private static String reason(Throwable failure) {
    Throwable root = NestedExceptionUtils.getMostSpecificCause(failure);
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }
}
