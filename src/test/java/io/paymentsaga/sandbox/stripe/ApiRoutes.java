package io.paymentsaga.sandbox.stripe;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The calls of Stripe's API that the simulator knows. */
final class ApiRoutes {
  private final ApiEntrance entrance;
  private final Ledger ledger;
  private final Checkout checkout;
  private final Refunds refunds;
  private final WebhookEndpoints endpoints;

  ApiRoutes(
      ApiEntrance entrance,
      Ledger ledger,
      Checkout checkout,
      Refunds refunds,
      WebhookEndpoints endpoints) {
    this.entrance = entrance;
    this.ledger = ledger;
    this.checkout = checkout;
    this.refunds = refunds;
    this.endpoints = endpoints;
  }

  void mount(Router router) {
    post(router, "/v1/checkout/sessions", call -> checkout.open(call.parameters()).toJson());
    get(router, "/v1/checkout/sessions", this::sessions);
    get(router, "/v1/checkout/sessions/:id", call -> ledger.session(call.id()).toJson());
    get(
        router,
        "/v1/checkout/sessions/:id/line_items",
        call -> ledger.session(call.id()).lineItems());
    post(
        router,
        "/v1/checkout/sessions/:id/expire",
        call -> checkout.expire(ledger.session(call.id())).toJson());
    get(router, "/v1/payment_intents", this::paymentIntents);
    get(router, "/v1/payment_intents/:id", call -> ledger.paymentIntent(call.id()).toJson());
    post(
        router,
        "/v1/payment_intents/:id/cancel",
        call -> {
          throw Checkout.refusalToCancel(ledger.paymentIntent(call.id()));
        });
    get(router, "/v1/charges", this::charges);
    get(router, "/v1/charges/:id", call -> ledger.charge(call.id()).toJson());
    post(router, "/v1/refunds", this::createRefund);
    get(router, "/v1/refunds", this::refunds);
    get(router, "/v1/refunds/:id", call -> ledger.refund(call.id()).toJson());
    post(
        router,
        "/v1/refunds/:id/cancel",
        call -> refunds.cancel(ledger.refund(call.id())).toJson());
    get(router, "/v1/disputes", this::disputes);
    get(router, "/v1/disputes/:id", call -> ledger.dispute(call.id()).toJson());
    get(router, "/v1/events", this::events);
    get(router, "/v1/events/:id", call -> ledger.event(call.id()).toJson());
    get(router, "/v1/balance", call -> balance());
    post(router, "/v1/webhook_endpoints", this::createEndpoint);
    get(router, "/v1/webhook_endpoints", this::endpoints);
    get(router, "/v1/webhook_endpoints/:id", call -> endpoints.get(call.id()).toJson());
    router
        .delete("/v1/webhook_endpoints/:id")
        .handler(context -> entrance.serve(context, this::deleteEndpoint));
    router
        .route("/v1/*")
        .handler(
            context ->
                entrance.serve(
                    context,
                    call -> {
                      throw unknown(context.request().method(), call.path());
                    }));
  }

  private void get(Router router, String path, ApiEntrance.Endpoint endpoint) {
    router.get(path).handler(context -> entrance.serve(context, endpoint));
  }

  private void post(Router router, String path, ApiEntrance.Endpoint endpoint) {
    router.post(path).handler(context -> entrance.serve(context, endpoint));
  }

  private JsonObject sessions(ApiRequest call) {
    Optional<String> intent = call.parameters().text("payment_intent");
    Optional<String> status = call.parameters().text("status");
    return Listing.page(
        call,
        ledger.sessions(),
        Set.of("payment_intent", "status"),
        session ->
            (intent.isEmpty()
                    || session.paymentIntent().map(SimulatedPaymentIntent::id).equals(intent))
                && status.stream().allMatch(session.status().name()::equalsIgnoreCase));
  }

  private JsonObject paymentIntents(ApiRequest call) {
    return Listing.page(call, ledger.paymentIntents(), Set.of(), intent -> true);
  }

  private JsonObject charges(ApiRequest call) {
    Optional<String> intent = call.parameters().text("payment_intent");
    return Listing.page(
        call,
        ledger.charges(),
        Set.of("payment_intent"),
        charge -> intent.stream().allMatch(charge.intent().id()::equals));
  }

  private JsonObject refunds(ApiRequest call) {
    Optional<String> intent = call.parameters().text("payment_intent");
    Optional<String> charge = call.parameters().text("charge");
    return Listing.page(
        call,
        ledger.refunds(),
        Set.of("payment_intent", "charge"),
        refund ->
            intent.stream().allMatch(refund.charge().intent().id()::equals)
                && charge.stream().allMatch(refund.charge().id()::equals));
  }

  private JsonObject disputes(ApiRequest call) {
    return Listing.page(call, ledger.disputes(), Set.of(), dispute -> true);
  }

  private JsonObject events(ApiRequest call) {
    Optional<String> type = call.parameters().text("type");
    List<String> types = call.parameters().texts("types");
    Optional<Boolean> delivered =
        call.parameters().text("delivery_success").map(Boolean::parseBoolean);
    return Listing.page(
        call,
        ledger.events(),
        Set.of("type", "types", "delivery_success"),
        event ->
            delivered.stream().allMatch(wanted -> event.isDelivered() == wanted)
                && type.stream().allMatch(event.type()::equals)
                && (types.isEmpty() || types.contains(event.type())));
  }

  private JsonObject createEndpoint(ApiRequest call) {
    FormParameters parameters = call.parameters();
    parameters.refuseAllBut(
        Set.of("url", "enabled_events", "api_version", "description", "metadata", "expand"));
    Set<String> types = Set.copyOf(parameters.texts("enabled_events"));
    if (types.isEmpty()) {
      throw ApiError.missing("enabled_events");
    }
    WebhookEndpoint created =
        endpoints.create(
            URI.create(parameters.requiredText("url")),
            Optional.empty(),
            parameters.text("api_version").orElse(null),
            types);
    // Told here and never again.
    return created.toJson().put("secret", created.secret());
  }

  private JsonObject endpoints(ApiRequest call) {
    JsonArray data = new JsonArray();
    endpoints.all().forEach(endpoint -> data.add(endpoint.toJson()));
    return Listing.of(data, false, call.path());
  }

  private JsonObject deleteEndpoint(ApiRequest call) {
    endpoints.delete(call.id());
    return new JsonObject()
        .put("id", call.id())
        .put("object", "webhook_endpoint")
        .put("deleted", true);
  }

  private JsonObject createRefund(ApiRequest call) {
    FormParameters parameters = call.parameters();
    parameters.refuseAllBut(
        Set.of("payment_intent", "charge", "amount", "reason", "metadata", "expand"));
    return refunds
        .create(
            intentToRefund(parameters),
            parameters.number("amount"),
            parameters.text("reason").orElse(null),
            parameters.metadata("metadata"))
        .toJson();
  }

  private SimulatedPaymentIntent intentToRefund(FormParameters parameters) {
    Optional<String> charge = parameters.text("charge");
    if (charge.isPresent()) {
      return ledger
          .charges()
          .find(charge.get())
          .orElseThrow(() -> ApiError.noSuchReference("charge", charge.get(), "charge"))
          .intent();
    }
    String intent = parameters.requiredText("payment_intent");
    return ledger
        .paymentIntents()
        .find(intent)
        .orElseThrow(() -> ApiError.noSuchReference("payment_intent", intent, "payment_intent"));
  }

  private JsonObject balance() {
    JsonArray available = new JsonArray();
    MoneySums.of(ledger)
        .forEach(
            (currency, sums) ->
                available.add(
                    new JsonObject().put("amount", sums.held()).put("currency", currency)));
    return new JsonObject()
        .put("object", "balance")
        .put("available", available)
        .put("livemode", false)
        .put("pending", new JsonArray());
  }

  private static ApiError unknown(HttpMethod method, String path) {
    return new ApiError(
        404,
        "invalid_request_error",
        null,
        null,
        "Unrecognized request URL (" + method + ": " + path + ").");
  }
}
