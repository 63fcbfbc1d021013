package io.paymentsaga.proof;

import java.util.Map;

/**
 * One point in which Stripe and the books differ.
 *
 * @param paymentId of this service, or the one Stripe's object names
 * @param stripeObject the id of the object at Stripe, or where there is none, of what is booked
 * @param evidence what either side says, by {@code stripe} and {@code here}; the same as long as
 *     nothing moves, and without secrets or data of persons
 * @param proposal what to do about it, in words
 * @param settled whether nothing has moved for the grace time; else it may be on its way still
 */
public record Difference(
    DifferenceKind kind,
    String paymentId,
    String stripeObject,
    Map<String, Map<String, Object>> evidence,
    Repair repair,
    String proposal,
    boolean settled) {

  /** The same, which may be on its way still. */
  Difference unsettled() {
    return new Difference(kind, paymentId, stripeObject, evidence, repair, proposal, false);
  }
}
