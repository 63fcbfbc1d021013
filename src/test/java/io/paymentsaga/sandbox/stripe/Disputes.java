package io.paymentsaga.sandbox.stripe;

/** Chargebacks, as the cardholders' banks open and close them. Callers hold the {@link Ledger}. */
final class Disputes {
  private final Ledger ledger;

  Disputes(Ledger ledger) {
    this.ledger = ledger;
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
    return dispute;
  }

  void openUnlessDisputed(SimulatedCharge charge) {
    if (charge.dispute().isEmpty()) {
      open(charge);
    }
  }

  void close(SimulatedDispute dispute, boolean won) {
    if (dispute.status() != SimulatedDispute.Status.NEEDS_RESPONSE) {
      throw ApiError.invalid("The dispute is closed already.", null, null);
    }
    dispute.close(won);
    if (won) {
      ledger.emit("charge.dispute.funds_reinstated", dispute);
    }
    ledger.emit("charge.dispute.closed", dispute);
  }
}
