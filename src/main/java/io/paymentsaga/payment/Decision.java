package io.paymentsaga.payment;

import java.util.List;

/**
 * What a signal means: all of it is written in one transaction, or nothing.
 *
 * @param before the payment it was decided on
 * @param after the payment as it is to be stored; equal to {@code before} when nothing changes
 * @param verdict what to tell whoever asked
 * @param detail one line for the timeline, or null
 * @param events to be published, in this order
 * @param refunds existing or foreign refunds to store as given
 * @param refundToOpen a refund that gets a saga of its own, or null
 * @param saga what becomes of the payment's saga
 * @param haltRefunds refunds whose own sagas must wait for an operator
 * @param disputes to store as given
 */
public record Decision(
    Payment before,
    Payment after,
    Verdict verdict,
    String detail,
    List<PaymentEvent> events,
    List<Refund> refunds,
    Refund refundToOpen,
    SagaMove saga,
    List<Refund> haltRefunds,
    List<Dispute> disputes) {

  /** Whether there is anything to write. */
  public boolean changes() {
    return after.version() != before.version();
  }

  /** The answer to whoever brought the signal. */
  public enum Verdict {
    /** It has had its effect, or the effect has begun. */
    ACCEPTED,
    /** It has nothing to do here: it came late, twice, or is true already. */
    NOTHING_TO_DO,
    /** It does not fit a payment that has not been captured. */
    NOT_CAPTURED,
    /** It does not fit a payment that has been captured. */
    ALREADY_CAPTURED,
    /** More was asked back than is left. */
    MORE_THAN_LEFT,
    /** An amount was asked back that its currency does not allow. */
    NOT_PAYABLE,
    /** A dispute is open: nothing can be given back meanwhile. */
    DISPUTED,
    /** It is about captured money nobody here has heard of yet: to be brought again. */
    TOO_EARLY
  }
}
