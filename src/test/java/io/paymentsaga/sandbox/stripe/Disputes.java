package io.paymentsaga.sandbox.stripe;

import java.time.Duration;

/** Chargebacks, as the cardholders' banks open and close them. Callers hold the {@link Ledger}. */
final class Disputes {
  private final Ledger ledger;
  private final Mischief mischief;

  Disputes(Ledger ledger, Mischief mischief) {
    this.ledger = ledger;
    this.mischief = mischief;
  }

  /** Lets chance decide whether the cardholder of a new charge will dispute it. */
  void await(SimulatedCharge charge) {
    MoneyOdds odds = mischief.odds().money();
    if (mischief.happens("dispute", odds.dispute())) {
      ledger.later(odds.disputeAfter(), () -> openUnlessDisputed(charge));
    }
  }

  SimulatedDispute open(SimulatedCharge charge) {
    if (charge.status() != SimulatedCharge.Status.SUCCEEDED || charge.dispute().isPresent()) {
      throw ApiError.invalid("Only a paid, undisputed charge can be disputed.", null, null);
    }
    SimulatedDispute dispute =
        ledger
            .disputes()
            .add(
                new SimulatedDispute(
                    ledger.identifiers().dispute(), ledger.now(), charge, charge.amountLeft()));
    charge.dispute(dispute);
    ledger.emit("charge.dispute.created", dispute);
    ledger.emit("charge.dispute.funds_withdrawn", dispute);
    mischief.odds().money().disputeClosesAfter().ifPresent(time -> decideLater(dispute, time));
    return dispute;
  }

  void openUnlessDisputed(SimulatedCharge charge) {
    if (charge.dispute().isEmpty() && charge.amountLeft() > 0) {
      open(charge);
    }
  }

  /** The merchant has answered, the bank looks into it. */
  void update(SimulatedDispute dispute) {
    refuseUnlessOpen(dispute);
    dispute.review();
    ledger.emit("charge.dispute.updated", dispute);
  }

  void close(SimulatedDispute dispute, boolean won) {
    refuseUnlessOpen(dispute);
    dispute.close(won);
    if (won) {
      ledger.emit("charge.dispute.funds_reinstated", dispute);
    }
    ledger.emit("charge.dispute.closed", dispute);
  }

  private void decideLater(SimulatedDispute dispute, Duration time) {
    double lost = mischief.odds().money().disputeLost();
    boolean won = !mischief.happens("dispute lost", lost);
    ledger.later(time.dividedBy(2), () -> ifOpen(dispute, () -> update(dispute)));
    ledger.later(time, () -> ifOpen(dispute, () -> close(dispute, won)));
  }

  private static void ifOpen(SimulatedDispute dispute, Runnable work) {
    if (dispute.isOpen()) {
      work.run();
    }
  }

  private static void refuseUnlessOpen(SimulatedDispute dispute) {
    if (!dispute.isOpen()) {
      throw ApiError.invalid("The dispute is closed already.", null, null);
    }
  }
}
