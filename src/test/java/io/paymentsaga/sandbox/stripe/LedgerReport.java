package io.paymentsaga.sandbox.stripe;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.function.Function;
import java.util.stream.Stream;

/** Everything at once, for people and for auditors. */
final class LedgerReport {
  private final Ledger ledger;
  private final ApiCallLog calls;
  private final IdempotencyKeys keys;
  private final WebhookEndpoints endpoints;
  private final Mischief mischief;

  LedgerReport(
      Ledger ledger,
      ApiCallLog calls,
      IdempotencyKeys keys,
      WebhookEndpoints endpoints,
      Mischief mischief) {
    this.ledger = ledger;
    this.calls = calls;
    this.keys = keys;
    this.endpoints = endpoints;
    this.mischief = mischief;
  }

  /** For people: what there is, newest first, how webhooks fare and what goes wrong. */
  JsonObject state() {
    return ledger.atomically(
        () ->
            books()
                .put("webhookUrl", firstUrl())
                .put("webhookEndpoints", json(endpoints.all().stream(), StripeObject::toJson))
                .put("mischief", mischief.toJson())
                .put("events", json(ledger.events().newestFirst(), SimulatedEvent::toReport))
                .put("idempotencyKeys", keys.toJson()));
  }

  /** For auditors: the money, what was asked of the API, and the sums. */
  JsonObject ledger() {
    return ledger.atomically(
        () ->
            books()
                .put("at", ledger.now().toString())
                .put("ahead", ledger.clock().ahead().toString())
                .put("totals", totals())
                .put("apiCallsForgotten", calls.forgotten()));
  }

  private JsonObject books() {
    return new JsonObject()
        .put("sessions", json(ledger.sessions().newestFirst(), StripeObject::toJson))
        .put("paymentIntents", json(ledger.paymentIntents().newestFirst(), StripeObject::toJson))
        .put("charges", json(ledger.charges().newestFirst(), StripeObject::toJson))
        .put("refunds", json(ledger.refunds().newestFirst(), StripeObject::toJson))
        .put("disputes", json(ledger.disputes().newestFirst(), StripeObject::toJson))
        .put("apiCalls", json(calls.all().stream(), ApiCall::toJson));
  }

  private String firstUrl() {
    return endpoints.find(WebhookEndpoints.FIRST).map(first -> first.url().toString()).orElse(null);
  }

  private JsonObject totals() {
    JsonObject totals = new JsonObject();
    MoneySums.of(ledger).forEach((currency, sums) -> totals.put(currency, sums.toJson()));
    return totals;
  }

  private static <T> JsonArray json(Stream<T> objects, Function<? super T, JsonObject> shape) {
    return new JsonArray(objects.map(shape).toList());
  }
}
