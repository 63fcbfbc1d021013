package io.paymentsaga.sandbox.stripe;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;

/** The switches for what goes wrong, for the clock and for webhooks, over HTTP. */
final class MischiefRoutes {
  private final StripeSimulator simulator;
  private final Mischief mischief;
  private final WebhookEndpoints endpoints;

  MischiefRoutes(StripeSimulator simulator, WebhookEndpoints endpoints) {
    this.simulator = simulator;
    this.mischief = simulator.mischief();
    this.endpoints = endpoints;
  }

  void mount(Control control) {
    control.get("/_sim/mischief", call -> mischief.toJson());
    control.post("/_sim/mischief", this::replaceAll);
    control.delete("/_sim/mischief", call -> Control.done(mischief::behave));
    control.post("/_sim/mischief/end", call -> Control.done(mischief::behave));
    control.get("/_sim/odds", call -> mischief.odds().toJson());
    control.post("/_sim/odds", this::takeOdds);
    control.delete("/_sim/odds", call -> Control.done(() -> mischief.take(Odds.NONE)));
    control.get("/_sim/limits", call -> mischief.limits().toJson());
    control.post("/_sim/limits", this::limit);
    control.get("/_sim/incidents", call -> incidents());
    control.get("/_sim/clock", call -> time());
    control.post("/_sim/clock", this::advance);
    control.post("/_sim/webhooks", this::deliverWebhooks);
    control.post("/_sim/webhook_endpoints", this::createEndpoint);
    control.delete("/_sim/webhook_endpoints/:id", this::deleteEndpoint);
    control.post("/_sim/webhook_endpoints/:id/roll", this::roll);
  }

  private JsonObject replaceAll(Control.Call call) {
    mischief.replace(call.switches());
    return mischief.toJson();
  }

  private JsonObject takeOdds(Control.Call call) {
    mischief.take(Odds.read(call.switches()));
    return mischief.odds().toJson();
  }

  private JsonObject limit(Control.Call call) {
    mischief.limit(CallLimits.read(call.switches()));
    return mischief.limits().toJson();
  }

  private JsonObject incidents() {
    JsonArray newestFirst = new JsonArray();
    mischief.incidents().forEach(incident -> newestFirst.add(incident.toJson()));
    return new JsonObject().put("seed", mischief.odds().seed()).put("incidents", newestFirst);
  }

  private JsonObject advance(Control.Call call) {
    Duration by =
        call.switches()
            .knowing("advance")
            .duration("advance")
            .orElseThrow(() -> ApiError.missing("advance"));
    if (by.isNegative()) {
      throw ApiError.invalid("The clock does not go back.", null, "advance");
    }
    simulator.advance(by);
    return time();
  }

  private JsonObject time() {
    return new JsonObject()
        .put("now", simulator.now().toString())
        .put("ahead", simulator.ahead().toString());
  }

  private JsonObject deliverWebhooks(Control.Call call) {
    SwitchReader switches = call.switches().knowing("url", "retries");
    if (switches.text("url").isEmpty() && switches.text("retries").isEmpty()) {
      throw ApiError.missing("url");
    }
    switches.text("url").map(URI::create).ifPresent(simulator::deliverWebhooksTo);
    switches.text("retries").map(RetrySchedule::named).ifPresent(simulator::retryWebhooks);
    return new JsonObject().put("done", true);
  }

  private JsonObject createEndpoint(Control.Call call) {
    SwitchReader switches = call.switches().knowing("url", "secret", "apiVersion", "types");
    Set<String> types =
        switches.list("types").stream().map(Object::toString).collect(Collectors.toSet());
    WebhookEndpoint created =
        endpoints.create(
            URI.create(switches.requiredText("url")),
            switches.text("secret"),
            switches.text("apiVersion").orElse(null),
            types.isEmpty() ? WebhookEndpoint.ALL_TYPES : types);
    return created.toJson().put("secret", created.secret());
  }

  private JsonObject deleteEndpoint(Control.Call call) {
    return Control.done(() -> endpoints.delete(call.id()));
  }

  private JsonObject roll(Control.Call call) {
    SwitchReader switches = call.switches().knowing("secret", "overlap");
    WebhookEndpoint rolled =
        endpoints.roll(
            call.id(),
            switches.text("secret"),
            switches.duration("overlap").orElse(Duration.ofHours(24)));
    return rolled.toJson().put("secret", rolled.secret());
  }
}
