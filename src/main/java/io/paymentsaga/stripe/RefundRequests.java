package io.paymentsaga.stripe;

import com.stripe.StripeClient;
import com.stripe.exception.StripeException;
import com.stripe.param.RefundCreateParams;
import com.stripe.param.RefundListParams;
import com.stripe.service.RefundService;
import io.paymentsaga.payment.Payment;
import io.paymentsaga.payment.Refund;
import io.paymentsaga.stripe.StripeOutcome.NotMade;
import io.paymentsaga.stripe.StripeOutcome.RefundState;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Refunds at Stripe: made once each, and found again by the id this service gave them. */
final class RefundRequests {
  private static final String STEP = "issue-refund";
  private static final long PAGE = 100;

  /** How long a failed call is taken for one that Stripe may yet mend by itself. */
  private static final Duration SETTLING = Duration.ofSeconds(30);

  private final RefundService refunds;
  private final Clock clock;

  RefundRequests(StripeClient stripe, Clock clock) {
    this.refunds = stripe.v1().refunds();
    this.clock = clock;
  }

  StripeOutcome read(String stripeRefundId) throws StripeException {
    return outcome(refunds.retrieve(stripeRefundId));
  }

  /**
   * Asks for the refund, or finds it made. A key Stripe may have forgotten, or one that follows a
   * used-up one, protects from nothing: then the payment's refunds are looked through first.
   */
  StripeOutcome create(Payment payment, Refund refund) throws StripeException {
    boolean firstKey =
        refund.keyRound() == 1
            && IdempotencyKeys.areRemembered(refund.createdAt(), clock.instant());
    Optional<StripeOutcome> made = firstKey ? Optional.empty() : find(payment, refund);
    return made.isPresent() ? made.get() : ask(payment, refund);
  }

  private StripeOutcome ask(Payment payment, Refund refund) throws StripeException {
    String step = refund.keyRound() == 1 ? STEP : STEP + ":" + refund.keyRound();
    try {
      return outcome(
          refunds.create(parameters(payment, refund), IdempotencyKeys.of(refund.sagaId(), step)));
    } catch (StripeException failure) {
      if (!StripeErrors.isFinal(failure)) {
        throw failure;
      }
      Optional<StripeOutcome> made = find(payment, refund);
      if (made.isEmpty() && StripeErrors.usesUpItsKey(failure) && hasSettled(refund)) {
        return new NotMade(StripeErrors.refusal(failure));
      }
      return made.orElse(StripeErrors.outcome(failure));
    }
  }

  private boolean hasSettled(Refund refund) {
    return clock.instant().isAfter(refund.createdAt().plus(SETTLING));
  }

  private Optional<StripeOutcome> find(Payment payment, Refund refund) throws StripeException {
    RefundListParams listed =
        RefundListParams.builder()
            .setPaymentIntent(payment.stripePaymentIntentId())
            .setLimit(PAGE)
            .build();
    for (com.stripe.model.Refund made : refunds.list(listed).autoPagingIterable()) {
      if (refund.refundId().equals(made.getMetadata().get("refundId"))) {
        return Optional.of(outcome(made));
      }
    }
    return Optional.empty();
  }

  private static RefundCreateParams parameters(Payment payment, Refund refund) {
    return RefundCreateParams.builder()
        .setPaymentIntent(payment.stripePaymentIntentId())
        .setAmount(refund.amount())
        .setReason(reason(refund.reason()))
        .putMetadata("paymentId", payment.paymentId())
        .putMetadata("refundId", refund.refundId())
        .build();
  }

  private static RefundCreateParams.Reason reason(String reason) {
    return reason == null
        ? null
        : RefundCreateParams.Reason.valueOf(reason.toUpperCase(Locale.ROOT));
  }

  private static StripeOutcome outcome(com.stripe.model.Refund refund) {
    return new RefundState(
        refund.getId(),
        refund.getAmount(),
        RefundStatuses.read(refund.getStatus()),
        refund.getFailureReason());
  }
}
