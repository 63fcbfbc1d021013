package io.paymentsaga.http.server;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.component.platform.http.vertx.HttpMessage;
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
 * Calls of neither kind take any thread that is free; only their bodies are bounded. A call whose
 * caller goes before it was begun counts no more, and may be worked on all the same. With two
 * threads none is left over; with one, the kinds share it.
 */
public final class CallLanes implements RoutePolicyFactory {
  private static final String TURN = "callTurn";
  private static final int BEFORE_ROUTES = Integer.MIN_VALUE + 1;

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

  /**
   * To be called when the server has started; before or after the routes are added.
   *
   * @param largestBody in bytes; a larger one is answered 413
   */
  public void mountOn(Router router, long largestBody) {
    BodyHandler body = BodyHandler.create(/* handleFileUploads= */ false).setBodyLimit(largestBody);
    mount(router, "/api/*", body).handler(call -> enter(call, api));
    mount(router, "/webhooks/*", body).handler(call -> enter(call, webhooks));
    mount(router, "/*", body);
  }

  /** Camel's own body handler, which has files of a form written to the disk, comes too late. */
  private static Route mount(Router router, String path, BodyHandler body) {
    router.route(path).order(BEFORE_ROUTES).handler(new ArrivingBodies()::expect);
    return router.route(path).order(BEFORE_ROUTES).handler(body);
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
    public void onExchangeBegin(org.apache.camel.Route route, Exchange exchange) {
      CallTurn turn =
          exchange.getIn() instanceof HttpMessage message ? turns.get(message.getRequest()) : null;
      if (turn != null && turn.begin()) {
        exchange.setProperty(TURN, turn);
      }
    }

    @Override
    public void onExchangeDone(org.apache.camel.Route route, Exchange exchange) {
      CallTurn turn = exchange.getProperty(TURN, CallTurn.class);
      if (turn != null) {
        turn.done();
      }
    }
  }
}
