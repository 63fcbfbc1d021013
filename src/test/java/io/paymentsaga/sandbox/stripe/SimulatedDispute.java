package io.paymentsaga.sandbox.stripe;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Locale;

/** A chargeback: the cardholder asked the bank for the money back. */
final class SimulatedDispute implements StripeObject {
  enum Status {
    NEEDS_RESPONSE,
    UNDER_REVIEW,
    WON,
    LOST
  }

  private final String id;
  private final Instant created;
  private final SimulatedCharge charge;
  private final long amount;
  private Status status = Status.NEEDS_RESPONSE;

  SimulatedDispute(String id, Instant created, SimulatedCharge charge, long amount) {
    this.id = id;
    this.created = created;
    this.charge = charge;
    this.amount = amount;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public Instant created() {
    return created;
  }

  /** The money is with the bank unless the dispute was won. */
  long amountHeld() {
    return status == Status.WON ? 0 : amount;
  }

  StripeAmount amount() {
    return new StripeAmount(amount, charge.intent().amount().currency());
  }

  String status() {
    return status.name().toLowerCase(Locale.ROOT);
  }

  boolean isOpen() {
    return switch (status) {
      case NEEDS_RESPONSE, UNDER_REVIEW -> true;
      case WON, LOST -> false;
    };
  }

  void review() {
    status = Status.UNDER_REVIEW;
  }

  void close(boolean won) {
    status = won ? Status.WON : Status.LOST;
  }

  @Override
  public JsonObject toJson() {
    return new JsonObject()
        .put("id", id)
        .put("object", "dispute")
        .put("amount", amount)
        .put("balance_transactions", new JsonArray())
        .put("charge", charge.id())
        .put("created", created.getEpochSecond())
        .put("currency", charge.intent().amount().currency())
        .put("evidence", new JsonObject())
        .put("evidence_details", new JsonObject())
        .put("is_charge_refundable", false)
        .put("livemode", false)
        .put("metadata", new JsonObject())
        .put("payment_intent", charge.intent().id())
        .put("reason", "fraudulent")
        .put("status", status());
  }
}
