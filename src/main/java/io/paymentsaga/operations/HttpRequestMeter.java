package io.paymentsaga.operations;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/**
 * Times every request the server answers, those no route is for too, by the route's template and
 * never by the path that was asked for.
 */
public final class HttpRequestMeter {
  private static final String OTHER = "other";
  private static final Duration[] BOUNDS = {
    Duration.ofMillis(10),
    Duration.ofMillis(50),
    Duration.ofMillis(200),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5),
    Duration.ofSeconds(30)
  };

  private final MeterRegistry registry;

  public HttpRequestMeter(MeterRegistry registry) {
    this.registry = registry;
  }

  /** To be called before anything else is mounted that answers. */
  public void mountOn(Router router) {
    router.route().order(Integer.MIN_VALUE).handler(this::time);
  }

  private void time(RoutingContext call) {
    Timer.Sample sample = Timer.start(registry);
    call.addEndHandler(
        end ->
            sample.stop(
                Timer.builder("http.server.requests")
                    .tag("method", method(call))
                    .tag("route", route(call))
                    .tag("status", Integer.toString(call.response().getStatusCode()))
                    .serviceLevelObjectives(BOUNDS)
                    .register(registry)));
    call.next();
  }

  private static String method(RoutingContext call) {
    HttpMethod method = call.request().method();
    return HttpMethod.values().contains(method) ? method.name() : OTHER;
  }

  private static String route(RoutingContext call) {
    Route route = call.currentRoute();
    return route == null || route.getPath() == null ? OTHER : route.getPath();
  }
}
