package io.paymentsaga.sandbox.stripe;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A Checkout Session. */
final class SimulatedSession implements StripeObject {
  enum Status {
    OPEN,
    COMPLETE,
    EXPIRED
  }

  private final String id;
  private final Instant created;
  private final SessionRequest request;
  private final URI page;
  private Status status = Status.OPEN;
  private boolean paid;
  private SimulatedPaymentIntent paymentIntent;
  private StripeAmount total;

  SimulatedSession(String id, Instant created, SessionRequest request, URI page) {
    this.id = id;
    this.created = created;
    this.request = request;
    this.page = page;
    this.total = request.total();
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public Instant created() {
    return created;
  }

  SessionRequest request() {
    return request;
  }

  /** What the customer pays: what was asked for, unless it was amended. */
  StripeAmount total() {
    return total;
  }

  /** Stripe's own books say something else than what was asked for. */
  void amend(StripeAmount newTotal) {
    total = newTotal;
  }

  Status status() {
    return status;
  }

  boolean isOpen() {
    return status == Status.OPEN;
  }

  /** Null until the customer first tries to pay. */
  Optional<SimulatedPaymentIntent> paymentIntent() {
    return Optional.ofNullable(paymentIntent);
  }

  URI successUrl() {
    return URI.create(request.successUrl().replace(SessionRequest.SESSION_ID_TEMPLATE, id));
  }

  Optional<URI> cancelUrl() {
    return Optional.ofNullable(request.cancelUrl()).map(URI::create);
  }

  void begin(SimulatedPaymentIntent intent) {
    paymentIntent = intent;
  }

  void complete() {
    status = Status.COMPLETE;
  }

  void markPaid() {
    paid = true;
  }

  void expire() {
    status = Status.EXPIRED;
  }

  JsonObject lineItems() {
    JsonArray items = new JsonArray();
    request.lineItems().forEach(item -> items.add(item.toJson(request.currency())));
    return Listing.of(items, false, "/v1/checkout/sessions/" + id + "/line_items");
  }

  @Override
  public JsonObject toJson() {
    return new JsonObject()
        .put("id", id)
        .put("object", "checkout.session")
        .put("adaptive_pricing", null)
        .put("after_expiration", null)
        .put("allow_promotion_codes", null)
        .put("amount_subtotal", request.subtotal())
        .put("amount_total", total.units())
        .put("automatic_tax", new JsonObject().put("enabled", false).put("status", null))
        .put("billing_address_collection", null)
        .put("cancel_url", request.cancelUrl())
        .put("client_reference_id", request.clientReferenceId())
        .put("client_secret", null)
        .put("created", created.getEpochSecond())
        .put("currency", total.currency())
        .put("customer", null)
        .put("customer_creation", "if_required")
        .put("customer_details", customerDetails())
        .put("customer_email", request.customerEmail())
        .put("expires_at", request.expiresAt().getEpochSecond())
        .put("invoice", null)
        .put("livemode", false)
        .put("locale", null)
        .put("metadata", new JsonObject(Map.copyOf(request.metadata())))
        .put("mode", "payment")
        .put("payment_intent", paymentIntent == null ? null : paymentIntent.id())
        .put("payment_link", null)
        .put("payment_method_collection", "if_required")
        .put("payment_method_options", new JsonObject())
        .put("payment_method_types", new JsonArray(request.paymentMethodTypes()))
        .put("payment_status", paid ? "paid" : "unpaid")
        .put("recovered_from", null)
        .put("setup_intent", null)
        .put("shipping_cost", shippingCost())
        .put("status", status.name().toLowerCase(Locale.ROOT))
        .put("submit_type", null)
        .put("subscription", null)
        .put("success_url", request.successUrl())
        .put(
            "total_details",
            new JsonObject()
                .put("amount_discount", 0)
                .put("amount_shipping", request.shippingAmount())
                .put("amount_tax", 0))
        .put("ui_mode", "hosted_page")
        .put("url", isOpen() ? page.toString() : null);
  }

  private JsonObject customerDetails() {
    return request.customerEmail() == null
        ? null
        : new JsonObject()
            .put("address", null)
            .put("email", request.customerEmail())
            .put("name", null)
            .put("phone", null)
            .put("tax_exempt", "none")
            .put("tax_ids", null);
  }

  private JsonObject shippingCost() {
    return request.shippingAmount() == 0
        ? null
        : new JsonObject()
            .put("amount_subtotal", request.shippingAmount())
            .put("amount_tax", 0)
            .put("amount_total", request.shippingAmount())
            .put("shipping_rate", null);
  }
}
