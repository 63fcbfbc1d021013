package io.paymentsaga.sandbox.stripe;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The PaymentIntent of a Checkout Session. */
final class SimulatedPaymentIntent implements StripeObject {
  enum Status {
    REQUIRES_PAYMENT_METHOD,
    REQUIRES_ACTION,
    PROCESSING,
    SUCCEEDED,
    CANCELED;

    String inJson() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final String id;
  private final String clientSecret;
  private final Instant created;
  private final SimulatedSession session;
  private Status status = Status.REQUIRES_PAYMENT_METHOD;
  private TestCard challenged;
  private URI challengePage;
  private SimulatedCharge latestCharge;
  private Decline lastDecline;
  private Instant canceledAt;

  SimulatedPaymentIntent(
      String id, String clientSecret, Instant created, SimulatedSession session) {
    this.id = id;
    this.clientSecret = clientSecret;
    this.created = created;
    this.session = session;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public Instant created() {
    return created;
  }

  SimulatedSession session() {
    return session;
  }

  StripeAmount amount() {
    return session.total();
  }

  Status status() {
    return status;
  }

  Optional<SimulatedCharge> latestCharge() {
    return Optional.ofNullable(latestCharge);
  }

  /** The charge that took the money. */
  Optional<SimulatedCharge> succeededCharge() {
    return latestCharge().filter(charge -> charge.status() == SimulatedCharge.Status.SUCCEEDED);
  }

  Optional<Decline> lastDecline() {
    return Optional.ofNullable(lastDecline);
  }

  /** The card whose bank asks for 3-D Secure. */
  Optional<TestCard> challenged() {
    return Optional.ofNullable(challenged);
  }

  void challenge(TestCard card, URI page) {
    status = Status.REQUIRES_ACTION;
    challenged = card;
    challengePage = page;
    lastDecline = null;
  }

  void process(SimulatedCharge charge) {
    status = Status.PROCESSING;
    latestCharge = charge;
    challenged = null;
    lastDecline = null;
  }

  void succeed(SimulatedCharge charge) {
    status = Status.SUCCEEDED;
    latestCharge = charge;
    challenged = null;
    lastDecline = null;
  }

  void decline(Decline decline) {
    status = Status.REQUIRES_PAYMENT_METHOD;
    challenged = null;
    lastDecline = decline;
  }

  void decline(SimulatedCharge charge, Decline decline) {
    latestCharge = charge;
    decline(decline);
  }

  void cancel(Instant at) {
    status = Status.CANCELED;
    challenged = null;
    canceledAt = at;
  }

  @Override
  public JsonObject toJson() {
    boolean succeeded = status == Status.SUCCEEDED;
    FormParameters shipping = session.request().shipping();
    return new JsonObject()
        .put("id", id)
        .put("object", "payment_intent")
        .put("amount", amount().units())
        .put("amount_capturable", 0)
        .put("amount_received", succeeded ? amount().units() : 0)
        .put("application", null)
        .put("automatic_payment_methods", null)
        .put("canceled_at", canceledAt == null ? null : canceledAt.getEpochSecond())
        .put("cancellation_reason", canceledAt == null ? null : "expired")
        .put("capture_method", "automatic_async")
        .put("client_secret", id + "_" + clientSecret)
        .put("confirmation_method", "automatic")
        .put("created", created.getEpochSecond())
        .put("currency", amount().currency())
        .put("customer", null)
        .put("description", session.request().description())
        .put("last_payment_error", lastPaymentError())
        .put("latest_charge", latestCharge == null ? null : latestCharge.id())
        .put("livemode", false)
        .put("metadata", new JsonObject(Map.copyOf(session.request().paymentIntentMetadata())))
        .put("next_action", nextAction())
        .put("on_behalf_of", null)
        .put("payment_method", null)
        .put("payment_method_types", new JsonArray(session.request().paymentMethodTypes()))
        .put("processing", null)
        .put("receipt_email", null)
        .put("setup_future_usage", null)
        .put("shipping", shipping.isEmpty() ? null : shipping.toJson())
        .put("status", status.inJson());
  }

  private JsonObject lastPaymentError() {
    if (lastDecline == null) {
      return null;
    }
    JsonObject error = lastDecline.toJson();
    return latestCharge == null ? error : error.put("charge", latestCharge.id());
  }

  private JsonObject nextAction() {
    return status != Status.REQUIRES_ACTION
        ? null
        : new JsonObject()
            .put("type", "redirect_to_url")
            .put(
                "redirect_to_url",
                new JsonObject().put("return_url", null).put("url", challengePage.toString()));
  }
}
