package io.paymentsaga.proof;

import io.paymentsaga.payment.Money;
import io.paymentsaga.payment.PaymentStatus;
import java.time.Instant;
import java.util.List;

/**
 * A payment as this service has booked it.
 *
 * @param sessionId null while none is known
 * @param intentId null until money is under way
 * @param captured null until there is any
 * @param refunded succeeded refunds together, minor units
 * @param held captured money that no refund has claimed and no bank has taken back, minor units
 * @param heldBefore an older payment of the same order that holds money too, or null
 * @param version counts its writes
 */
public record BookedPayment(
    String paymentId,
    String orderId,
    PaymentStatus status,
    String sessionId,
    String intentId,
    Money captured,
    long refunded,
    long held,
    String heldBefore,
    Instant createdAt,
    Instant updatedAt,
    long version,
    List<BookedRefund> refunds) {

  /** Refunds that Stripe has made or is to make, as far as it was asked, in minor units. */
  long refundedAtStripe() {
    return refunds.stream()
        .filter(refund -> refund.status().reserves() && refund.stripeRefundId() != null)
        .mapToLong(BookedRefund::amount)
        .reduce(0, Math::addExact);
  }
}
