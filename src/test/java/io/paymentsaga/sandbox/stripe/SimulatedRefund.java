package io.paymentsaga.sandbox.stripe;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/** A refund of a charge, in part or in full. */
final class SimulatedRefund implements StripeObject {
  enum Status {
    PENDING,
    SUCCEEDED,
    FAILED,
    CANCELED
  }

  private final String id;
  private final Instant created;
  private final SimulatedCharge charge;
  private final long amount;
  private final String reason;
  private final Map<String, String> metadata;
  private Status status;
  private String failureReason;

  /**
   * @param reason one of Stripe's three, or null
   */
  SimulatedRefund(
      String id,
      Instant created,
      SimulatedCharge charge,
      long amount,
      String reason,
      Map<String, String> metadata,
      Status status) {
    this.id = id;
    this.created = created;
    this.charge = charge;
    this.amount = amount;
    this.reason = reason;
    this.metadata = metadata;
    this.status = status;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public Instant created() {
    return created;
  }

  SimulatedCharge charge() {
    return charge;
  }

  long amount() {
    return amount;
  }

  Status status() {
    return status;
  }

  /** Whether its amount is gone from the charge. */
  boolean takesMoney() {
    return switch (status) {
      case PENDING, SUCCEEDED -> true;
      case FAILED, CANCELED -> false;
    };
  }

  void succeed() {
    status = Status.SUCCEEDED;
  }

  void fail(String why) {
    status = Status.FAILED;
    failureReason = why;
  }

  void cancel() {
    status = Status.CANCELED;
  }

  @Override
  public JsonObject toJson() {
    JsonObject json =
        new JsonObject()
            .put("id", id)
            .put("object", "refund")
            .put("amount", amount)
            .put("balance_transaction", takesMoney() ? id.replace("re_", "txn_") : null)
            .put("charge", charge.id())
            .put("created", created.getEpochSecond())
            .put("currency", charge.intent().amount().currency())
            .put("metadata", new JsonObject(Map.copyOf(metadata)))
            .put("payment_intent", charge.intent().id())
            .put("reason", reason)
            .put("receipt_number", null)
            .put("source_transfer_reversal", null)
            .put("status", status.name().toLowerCase(Locale.ROOT))
            .put("transfer_reversal", null);
    if (status == Status.PENDING) {
      json.put("pending_reason", "processing");
    }
    return failureReason == null ? json : json.put("failure_reason", failureReason);
  }
}
