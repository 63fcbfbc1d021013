package io.paymentsaga.http.server;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Route;
import org.apache.camel.component.platform.http.vertx.HttpMessage;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.spi.RoutePolicyFactory;
import org.apache.camel.support.RoutePolicySupport;

/**
 * Divides the worker threads of this instance among its calls: a quarter, and at least one, is for
 * Stripe's webhooks, one is left for health and the documents, the API has the others.
 *
 * <p>Promises, of the API and of webhooks alike: a call takes its turn when its whole body is here,
 * so that who sends none takes nobody's; {@link ArrivingBodies} bounds how many are read at once.
 * No more calls of a kind are worked on at once than it has threads, and a call that was begun
 * counts until its route is done, even when its caller has gone. Of the others some wait, with
 * their bodies in memory, first come, first served. A call that finds no room to wait is refused at
 * once, and one that has waited for too long is refused then: with 503 and {@code Retry-After}.
 *
 * <p>Does not promise that callers get equal shares, nor how long a call takes once it was let in.
 * Calls of neither kind are not limited: they take any thread that is free. A call whose caller
 * goes before it was begun counts no more, and may be worked on all the same. With two threads none
 * is left over; with one, the kinds share it.
 */
public final class CallLanes implements RoutePolicyFactory {
  private static final String TURN = "callTurn";

  /** A caller that is told to come again soon is served better than one that waits for long. */
  private static final Duration CALLERS_PATIENCE = Duration.ofSeconds(2);

  /** Stripe waits longer, and what it does not get rid of comes again much later. */
  private static final Duration STRIPES_PATIENCE = Duration.ofSeconds(10);

  private static final int WAITING_WEBHOOKS = 500;

  private final CallLane api;
  private final CallLane webhooks;
  private final Map<HttpServerRequest, CallTurn> turns = new ConcurrentHashMap<>();

  /**
   * @param workers how many threads there are for all calls
   */
  public CallLanes(int workers) {
    int ofWebhooks = Math.max(1, workers / 4);
    int ofApi = Math.max(1, workers - ofWebhooks - 1);
    webhooks = new CallLane(ofWebhooks, WAITING_WEBHOOKS, STRIPES_PATIENCE);
    api = new CallLane(ofApi, 2 * ofApi, CALLERS_PATIENCE);
  }

  /** To be called when the server has started; before or after the routes are added. */
  public void mountOn(VertxPlatformHttpRouter router) {
    mount(router, "/api/*", api);
    mount(router, "/webhooks/*", webhooks);
  }

  /** The body handler is the one of Camel's own routes, which read nothing again. */
  private void mount(VertxPlatformHttpRouter router, String path, CallLane lane) {
    router
        .route(path)
        .order(Integer.MIN_VALUE + 1)
        .handler(new ArrivingBodies()::expect)
        .handler(router.bodyHandler())
        .handler(call -> enter(call, lane));
  }

  private void enter(RoutingContext call, CallLane lane) {
    CallTurn turn = new CallTurn(call, lane);
    turns.put(call.request(), turn);
    call.addEndHandler(
        end -> {
          turns.remove(call.request());
          turn.answered();
        });
    lane.enter(turn);
  }

  /** Has a thread count as busy until its route is done, even when the caller has gone. */
  @Override
  public RoutePolicy createRoutePolicy(CamelContext context, String routeId, NamedNode node) {
    boolean isCall =
        node instanceof RouteDefinition route
            && route.getInput().getEndpointUri().startsWith("platform-http:");
    return isCall ? new UntilDone() : null;
  }

  private final class UntilDone extends RoutePolicySupport {
    @Override
    public void onExchangeBegin(Route route, Exchange exchange) {
      CallTurn turn =
          exchange.getIn() instanceof HttpMessage message ? turns.get(message.getRequest()) : null;
      if (turn != null && turn.begin()) {
        exchange.setProperty(TURN, turn);
      }
    }

    @Override
    public void onExchangeDone(Route route, Exchange exchange) {
      CallTurn turn = exchange.getProperty(TURN, CallTurn.class);
      if (turn != null) {
        turn.done();
      }
    }
  }
}
