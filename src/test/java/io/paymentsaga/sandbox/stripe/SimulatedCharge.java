package io.paymentsaga.sandbox.stripe;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** One attempt to take the money of a PaymentIntent. */
final class SimulatedCharge implements StripeObject {
  enum Status {
    PENDING,
    SUCCEEDED,
    FAILED
  }

  private final String id;
  private final Instant created;
  private final SimulatedPaymentIntent intent;
  private final TestCard card;
  private final URI receipt;
  private final List<SimulatedRefund> refunds = new ArrayList<>();
  private Status status;
  private Decline decline;
  private SimulatedDispute dispute;

  /**
   * @param card null for a bank debit
   */
  SimulatedCharge(
      String id,
      Instant created,
      SimulatedPaymentIntent intent,
      TestCard card,
      URI receipt,
      Status status) {
    this.id = id;
    this.created = created;
    this.intent = intent;
    this.card = card;
    this.receipt = receipt;
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

  SimulatedPaymentIntent intent() {
    return intent;
  }

  /** Empty for a bank debit. */
  Optional<TestCard> card() {
    return Optional.ofNullable(card);
  }

  Status status() {
    return status;
  }

  List<SimulatedRefund> refunds() {
    return Collections.unmodifiableList(refunds);
  }

  Optional<SimulatedDispute> dispute() {
    return Optional.ofNullable(dispute);
  }

  void succeed() {
    status = Status.SUCCEEDED;
  }

  void fail(Decline reason) {
    status = Status.FAILED;
    decline = reason;
  }

  void add(SimulatedRefund refund) {
    refunds.add(refund);
  }

  void dispute(SimulatedDispute opened) {
    dispute = opened;
  }

  /** What refunds have taken or are about to take, in the currency's smallest unit. */
  long amountRefunded() {
    return refunds.stream()
        .filter(SimulatedRefund::takesMoney)
        .mapToLong(SimulatedRefund::amount)
        .reduce(0, Math::addExact);
  }

  long amountLeft() {
    return Math.subtractExact(intent.amount().units(), amountRefunded());
  }

  @Override
  public JsonObject toJson() {
    boolean succeeded = status == Status.SUCCEEDED;
    long amount = intent.amount().units();
    return new JsonObject()
        .put("id", id)
        .put("object", "charge")
        .put("amount", amount)
        .put("amount_captured", succeeded ? amount : 0)
        .put("amount_refunded", amountRefunded())
        .put("application", null)
        .put("balance_transaction", succeeded ? id.replace("ch_", "txn_") : null)
        .put("captured", succeeded)
        .put("created", created.getEpochSecond())
        .put("currency", intent.amount().currency())
        .put("customer", null)
        .put("description", intent.session().request().description())
        .put("disputed", dispute != null)
        .put("failure_code", decline == null ? null : decline.code())
        .put("failure_message", decline == null ? null : decline.message())
        .put("livemode", false)
        .put(
            "metadata",
            new JsonObject(Map.copyOf(intent.session().request().paymentIntentMetadata())))
        .put("outcome", outcome())
        .put("paid", succeeded)
        .put("payment_intent", intent.id())
        .put("payment_method_details", paymentMethodDetails())
        .put("receipt_email", null)
        .put("receipt_number", null)
        .put("receipt_url", succeeded ? receipt.toString() : null)
        .put("refunded", succeeded && amountLeft() == 0)
        .put("status", status.name().toLowerCase(Locale.ROOT));
  }

  private JsonObject outcome() {
    return switch (status) {
      case PENDING, SUCCEEDED ->
          new JsonObject()
              .put("network_status", "approved_by_network")
              .put("reason", null)
              .put("seller_message", "Payment complete.")
              .put("type", "authorized");
      case FAILED ->
          new JsonObject()
              .put("network_status", "declined_by_network")
              .put("reason", decline.declineCode())
              .put("seller_message", decline.message())
              .put("type", "issuer_declined");
    };
  }

  private JsonObject paymentMethodDetails() {
    return card == null
        ? new JsonObject()
            .put("type", "us_bank_account")
            .put("us_bank_account", new JsonObject().put("last4", "6789"))
        : new JsonObject()
            .put("type", "card")
            .put("card", new JsonObject().put("brand", "visa").put("last4", card.lastFour()));
  }
}
