package io.paymentsaga.sandbox.stripe;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** Money on its way back to customers. Callers hold the {@link Ledger}. */
final class Refunds {
  private static final Set<String> REASONS =
      Set.of("duplicate", "fraudulent", "requested_by_customer");

  private final Ledger ledger;
  private final Mischief mischief;
  private final Duration aftermath;

  Refunds(Ledger ledger, Mischief mischief, Duration aftermath) {
    this.ledger = ledger;
    this.mischief = mischief;
    this.aftermath = aftermath;
  }

  /**
   * @param amount empty for all that is left
   * @param reason one of Stripe's three, or null
   */
  SimulatedRefund create(
      SimulatedPaymentIntent intent,
      OptionalLong amount,
      String reason,
      Map<String, String> metadata) {
    if (reason != null && !REASONS.contains(reason)) {
      throw ApiError.invalid(
          "Invalid reason: must be one of duplicate, fraudulent, or requested_by_customer",
          null,
          "reason");
    }
    SimulatedCharge charge = refundableCharge(intent);
    SimulatedRefund refund =
        ledger
            .refunds()
            .add(
                new SimulatedRefund(
                    ledger.identifiers().refund(),
                    ledger.now(),
                    charge,
                    refundableAmount(charge, amount),
                    reason,
                    metadata,
                    settlesLater(charge)
                        ? SimulatedRefund.Status.PENDING
                        : SimulatedRefund.Status.SUCCEEDED));
    charge.add(refund);
    ledger.emit("refund.created", refund);
    ledger.emit("charge.refunded", charge);
    scheduleAftermath(refund);
    return refund;
  }

  void succeed(SimulatedRefund refund) {
    refuseUnless(refund, "succeed", Set.of(SimulatedRefund.Status.PENDING));
    refund.succeed();
    announceChange(refund);
  }

  /** Takes back a pending refund, or one that had already succeeded. */
  void fail(SimulatedRefund refund) {
    refuseUnless(
        refund, "fail", Set.of(SimulatedRefund.Status.PENDING, SimulatedRefund.Status.SUCCEEDED));
    refund.fail("expired_or_canceled_card");
    ledger.emit("refund.failed", refund);
    announceChange(refund);
  }

  SimulatedRefund cancel(SimulatedRefund refund) {
    refuseUnless(refund, "be canceled", Set.of(SimulatedRefund.Status.PENDING));
    refund.cancel();
    announceChange(refund);
    return refund;
  }

  // Stripe sends two event objects for this one change.
  private void announceChange(SimulatedRefund refund) {
    ledger.emit("refund.updated", refund);
    ledger.emit("charge.refund.updated", refund);
  }

  private static SimulatedCharge refundableCharge(SimulatedPaymentIntent intent) {
    SimulatedCharge charge =
        intent
            .succeededCharge()
            .orElseThrow(
                () ->
                    ApiError.invalid(
                        "This PaymentIntent ("
                            + intent.id()
                            + ") does not have a successful charge to refund.",
                        null,
                        "payment_intent"));
    if (charge.dispute().filter(dispute -> dispute.amountHeld() > 0).isPresent()) {
      throw ApiError.invalid(
          "Charge " + charge.id() + " has been charged back; cannot issue a refund.",
          "charge_disputed",
          null);
    }
    if (charge.amountLeft() == 0) {
      throw ApiError.invalid(
          "Charge " + charge.id() + " has already been refunded.", "charge_already_refunded", null);
    }
    return charge;
  }

  private static long refundableAmount(SimulatedCharge charge, OptionalLong asked) {
    String currency = charge.intent().amount().currency();
    long left = charge.amountLeft();
    long amount = asked.orElse(left);
    if (amount < 1) {
      throw ApiError.invalid(
          "This value must be greater than or equal to 1.", "parameter_invalid_integer", "amount");
    }
    if (amount > left) {
      throw ApiError.invalid(
          String.format(
              "Refund amount (%s) is greater than unrefunded amount on charge (%s)",
              new StripeAmount(amount, currency), new StripeAmount(left, currency)),
          null,
          "amount");
    }
    new StripeAmount(amount, currency).refuseUnpayableFraction("amount");
    return amount;
  }

  // A bank debit's refund is a transfer of its own and takes its time too.
  private boolean settlesLater(SimulatedCharge charge) {
    return charge.card().map(card -> card == TestCard.REFUND_PENDING).orElse(true)
        || mischief.happens("refund pending", mischief.odds().money().refundPending());
  }

  private void scheduleAftermath(SimulatedRefund refund) {
    MoneyOdds odds = mischief.odds().money();
    boolean fails =
        refund.charge().card().filter(card -> card == TestCard.REFUND_FAILS).isPresent()
            || mischief.happens("refund fails", odds.refundFails());
    ledger.later(odds.refundAfter().orElse(aftermath), () -> settle(refund, fails));
  }

  private void settle(SimulatedRefund refund, boolean fails) {
    if (fails && refund.takesMoney()) {
      fail(refund);
    } else if (refund.status() == SimulatedRefund.Status.PENDING) {
      succeed(refund);
    }
  }

  private static void refuseUnless(
      SimulatedRefund refund, String verb, Set<SimulatedRefund.Status> allowed) {
    if (!allowed.contains(refund.status())) {
      throw ApiError.invalid(
          "Refund "
              + refund.id()
              + " cannot "
              + verb
              + " because it has a status of "
              + refund.status().name().toLowerCase(Locale.ROOT)
              + ".",
          null,
          null);
    }
  }
}
