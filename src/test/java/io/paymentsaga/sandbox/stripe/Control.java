package io.paymentsaga.sandbox.stripe;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.util.Optional;
import java.util.function.Function;

/**
 * How the simulator's own switches are reached over HTTP: by JSON in and out, for curl and other
 * processes, or by a form of one of its pages, which is shown again then.
 */
final class Control {
  /**
   * @param id the object in the path, null when the path names none
   */
  record Call(String id, SwitchReader switches) {}

  private final Router router;

  Control(Router router) {
    this.router = router;
  }

  void get(String path, Function<Call, JsonObject> lever) {
    on(HttpMethod.GET, path, lever);
  }

  void post(String path, Function<Call, JsonObject> lever) {
    on(HttpMethod.POST, path, lever);
  }

  void delete(String path, Function<Call, JsonObject> lever) {
    on(HttpMethod.DELETE, path, lever);
  }

  static JsonObject made(String id) {
    return new JsonObject().put("id", id);
  }

  static JsonObject done(Runnable lever) {
    lever.run();
    return new JsonObject().put("done", true);
  }

  private void on(HttpMethod method, String path, Function<Call, JsonObject> lever) {
    router.route(method, path).handler(context -> answer(context, lever));
  }

  private static void answer(RoutingContext context, Function<Call, JsonObject> lever) {
    try {
      JsonObject json =
          lever.apply(new Call(context.pathParam("id"), SwitchReader.of(body(context))));
      if (isForm(context)) {
        context.response().setStatusCode(303).putHeader("Location", page(context)).end();
      } else {
        send(context, 200, json);
      }
    } catch (ApiError refusal) {
      refuse(context, refusal);
    } catch (IllegalArgumentException
        | ArithmeticException
        | ClassCastException
        | DecodeException unreadable) {
      refuse(context, ApiError.invalid(unreadable.toString(), null, null));
    }
  }

  private static JsonObject body(RoutingContext context) {
    if (context.body().length() <= 0) {
      return new JsonObject();
    }
    return isForm(context)
        ? FormParameters.parse(context.body().asString()).toJson()
        : context.body().asJsonObject();
  }

  // curl says form too when it sends JSON, but it does not ask for a page.
  private static boolean isForm(RoutingContext context) {
    return "application/x-www-form-urlencoded".equals(context.request().getHeader("Content-Type"))
        && context.request().getHeader("Accept") != null
        && context.request().getHeader("Accept").contains("text/html");
  }

  private static String page(RoutingContext context) {
    return Optional.ofNullable(context.request().getHeader("Referer"))
        .map(URI::create)
        .map(URI::getPath)
        .filter(MischiefPage.PATH::equals)
        .orElse("/");
  }

  private static void refuse(RoutingContext context, ApiError refusal) {
    context
        .response()
        .setStatusCode(refusal.status())
        .putHeader("Content-Type", "application/json")
        .end(refusal.toAnswer().body());
  }

  private static void send(RoutingContext context, int status, JsonObject json) {
    context
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .end(json.encodePrettily());
  }
}
