package io.paymentsaga.sandbox.stripe;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * The levers of {@link StripeSimulator} over HTTP, in JSON, for curl and other processes. A browser
 * that posts one of the overview's forms is sent back there.
 */
final class ControlRoutes {
  private final StripeSimulator simulator;

  ControlRoutes(StripeSimulator simulator) {
    this.simulator = simulator;
  }

  void mount(Router router) {
    post(router, "/_sim/sessions/:id/pay", this::pay);
    post(router, "/_sim/sessions/:id/authenticate", this::authenticate);
    post(router, "/_sim/sessions/:id/abandon", this::abandon);
    post(router, "/_sim/sessions/:id/expire", call -> done(() -> simulator.expire(call.id())));
    post(
        router,
        "/_sim/payment_intents/:id/succeed",
        call -> done(() -> simulator.settle(call.id(), true)));
    post(
        router,
        "/_sim/payment_intents/:id/fail",
        call -> done(() -> simulator.settle(call.id(), false)));
    post(router, "/_sim/payment_intents/:id/refund", this::refund);
    post(router, "/_sim/payment_intents/:id/dispute", call -> made(simulator.dispute(call.id())));
    post(
        router,
        "/_sim/refunds/:id/succeed",
        call -> done(() -> simulator.succeedRefund(call.id())));
    post(router, "/_sim/refunds/:id/fail", call -> done(() -> simulator.failRefund(call.id())));
    post(
        router,
        "/_sim/disputes/:id/win",
        call -> done(() -> simulator.closeDispute(call.id(), true)));
    post(
        router,
        "/_sim/disputes/:id/lose",
        call -> done(() -> simulator.closeDispute(call.id(), false)));
    post(router, "/_sim/events/:id/resend", call -> done(() -> simulator.resend(call.id())));
    post(router, "/_sim/webhooks", this::deliverWebhooks);
    post(router, "/_sim/mischief", this::mischief);
    on(router, HttpMethod.GET, "/_sim/mischief", call -> simulator.mischief().toJson());
    on(router, HttpMethod.DELETE, "/_sim/mischief", call -> done(simulator.mischief()::behave));
    on(router, HttpMethod.GET, "/_sim/objects/:id", this::object);
    on(router, HttpMethod.GET, "/_sim/state", call -> simulator.state());
  }

  private record Call(String id, JsonObject body) {}

  private JsonObject pay(Call call) {
    if (call.body().getString("method", "card").equals("bank_debit")) {
      return attempt(simulator.payByBankDebit(call.id()));
    }
    String number = call.body().getString("card", TestCard.PAYS.number());
    return attempt(
        simulator.pay(
            call.id(),
            TestCard.numbered(number)
                .orElseThrow(() -> ApiError.invalid("No such test card", null, "card"))));
  }

  private JsonObject authenticate(Call call) {
    return attempt(simulator.authenticate(call.id(), call.body().getBoolean("passed", true)));
  }

  private JsonObject abandon(Call call) {
    return new JsonObject()
        .put("redirect", simulator.abandon(call.id()).map(URI::toString).orElse(null));
  }

  private JsonObject refund(Call call) {
    Long amount = call.body().getLong("amount");
    return made(
        simulator.refund(
            call.id(), amount == null ? OptionalLong.empty() : OptionalLong.of(amount)));
  }

  private JsonObject deliverWebhooks(Call call) {
    String url = call.body().getString("url");
    if (url == null) {
      throw ApiError.missing("url");
    }
    return done(() -> simulator.deliverWebhooksTo(URI.create(url)));
  }

  private JsonObject mischief(Call call) {
    simulator.mischief().replace(call.body());
    return simulator.mischief().toJson();
  }

  private JsonObject object(Call call) {
    return simulator
        .find(call.id())
        .orElseThrow(() -> ApiError.notFound("object", call.id(), "id"));
  }

  private static JsonObject attempt(PaymentAttempt attempt) {
    return new JsonObject()
        .put("outcome", attempt.outcome().name().toLowerCase(Locale.ROOT))
        .put("message", attempt.message());
  }

  private static JsonObject made(String id) {
    return new JsonObject().put("id", id);
  }

  private static JsonObject done(Runnable lever) {
    lever.run();
    return new JsonObject().put("done", true);
  }

  private static void post(Router router, String path, Function<Call, JsonObject> lever) {
    on(router, HttpMethod.POST, path, lever);
  }

  private static void on(
      Router router, HttpMethod method, String path, Function<Call, JsonObject> lever) {
    router.route(method, path).handler(context -> answer(context, lever));
  }

  private static void answer(RoutingContext context, Function<Call, JsonObject> lever) {
    try {
      JsonObject json = lever.apply(new Call(context.pathParam("id"), body(context)));
      if (isForm(context)) {
        context.response().setStatusCode(303).putHeader("Location", "/").end();
      } else {
        send(context, 200, json.encodePrettily());
      }
    } catch (ApiError refusal) {
      send(context, refusal.status(), refusal.toAnswer().body());
    } catch (IllegalArgumentException | ClassCastException | DecodeException unreadable) {
      send(context, 400, ApiError.invalid(unreadable.toString(), null, null).toAnswer().body());
    }
  }

  private static JsonObject body(RoutingContext context) {
    boolean none = isForm(context) || context.body().length() <= 0;
    return none ? new JsonObject() : context.body().asJsonObject();
  }

  private static boolean isForm(RoutingContext context) {
    return "application/x-www-form-urlencoded".equals(context.request().getHeader("Content-Type"))
        && context.request().getHeader("Accept") != null
        && context.request().getHeader("Accept").contains("text/html");
  }

  private static void send(RoutingContext context, int status, String json) {
    context
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .end(json);
  }
}
