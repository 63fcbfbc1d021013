package io.paymentsaga.http.server;

import io.vertx.core.Context;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The calls of one kind whose bodies are not here yet. There are no more at once than {@link
 * #MOST}: when one more comes, the oldest gives way, and is answered as a body that is late is. An
 * honest body is here within milliseconds, so the oldest is hardly ever one.
 *
 * <p>Has to stand before what reads the body. Does not read it, and lets a call without one pass.
 */
final class ArrivingBodies {
  static final int MOST = 256;

  private final Queue<Arrival> arriving = new ArrayDeque<>();

  void expect(RoutingContext call) {
    if (isExpected(call.request())) {
      Arrival arrival = new Arrival(call, call.vertx().getOrCreateContext());
      Arrival oldest = add(arrival);
      call.request().end().onComplete(hereOrGone -> remove(arrival));
      if (oldest != null) {
        oldest.giveWay();
      }
    }
    call.next();
  }

  /** Whether one was announced, and was not read before among those of another kind. */
  private static boolean isExpected(HttpServerRequest request) {
    boolean announced =
        request.headers().contains(HttpHeaders.CONTENT_LENGTH)
            || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    return announced && !request.isEnded();
  }

  /** The one that has to give way; null when there is room. */
  private synchronized Arrival add(Arrival arrival) {
    arriving.add(arrival);
    return arriving.size() > MOST ? arriving.poll() : null;
  }

  private synchronized void remove(Arrival arrival) {
    arriving.remove(arrival);
  }

  /**
   * @param context the call's own: nothing else may answer it
   */
  private record Arrival(RoutingContext call, Context context) {
    void giveWay() {
      context.runOnContext(
          now -> {
            if (!call.request().isEnded()) {
              HttpEdge.giveBodyUp(call);
            }
          });
    }
  }
}
