package io.paymentsaga.sandbox.stripe;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of the money in one currency, in its smallest unit.
 *
 * @param disputed what banks hold or have taken back
 */
record MoneySums(long captured, long refunded, long disputed) {
  /** By currency. Callers hold the {@link Ledger}. */
  static Map<String, MoneySums> of(Ledger ledger) {
    Map<String, MoneySums> byCurrency = new TreeMap<>();
    ledger
        .charges()
        .newestFirst()
        .filter(charge -> charge.status() == SimulatedCharge.Status.SUCCEEDED)
        .forEach(
            charge ->
                byCurrency.merge(charge.intent().amount().currency(), of(charge), MoneySums::plus));
    return byCurrency;
  }

  private static MoneySums of(SimulatedCharge charge) {
    return new MoneySums(
        charge.intent().amount().units(),
        charge.amountRefunded(),
        charge.dispute().map(SimulatedDispute::amountHeld).orElse(0L));
  }

  private MoneySums plus(MoneySums other) {
    return new MoneySums(
        captured + other.captured, refunded + other.refunded, disputed + other.disputed);
  }

  /** What is left to the merchant. */
  long held() {
    return captured - refunded - disputed;
  }

  JsonObject toJson() {
    return new JsonObject()
        .put("captured", captured)
        .put("refunded", refunded)
        .put("disputed", disputed)
        .put("held", held());
  }
}
