package io.paymentsaga.proof;

import java.util.Map;
import java.util.TreeMap;

/**
 * What a proof has looked at.
 *
 * @param sessions of this service, created at Stripe in the stretch of time
 * @param paymentIntents likewise
 * @param refunds likewise
 * @param foreign objects at Stripe that this service has not made, and takes no notice of
 * @param payments of this service, created in the stretch of time
 * @param differences how many there are
 * @param underWay how many there may be, of what has moved just now; they are looked at again
 * @param sums by currency, over those sessions and refunds and what is booked for them
 */
public record ProofTotals(
    long sessions,
    long paymentIntents,
    long refunds,
    long foreign,
    long payments,
    long differences,
    long underWay,
    Map<String, Sums> sums) {
  public static final ProofTotals NONE = new ProofTotals(0, 0, 0, 0, 0, 0, 0, Map.of());

  /** These and others. */
  public ProofTotals plus(ProofTotals other) {
    Map<String, Sums> both = new TreeMap<>(sums);
    other.sums.forEach((currency, more) -> both.merge(currency, more, Sums::plus));
    return new ProofTotals(
        sessions + other.sessions,
        paymentIntents + other.paymentIntents,
        refunds + other.refunds,
        foreign + other.foreign,
        payments + other.payments,
        differences + other.differences,
        underWay + other.underWay,
        both);
  }
}
