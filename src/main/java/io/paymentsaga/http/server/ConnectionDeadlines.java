package io.paymentsaga.http.server;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Closes a connection whose next request's head is not complete in time, however busily it
 * trickles. A connection that works on a request has no deadline here.
 */
final class ConnectionDeadlines {
  private final Vertx vertx;
  private final Map<HttpConnection, Long> timers = new ConcurrentHashMap<>();

  ConnectionDeadlines(Vertx vertx) {
    this.vertx = vertx;
  }

  /** From now on the connection has so long until its next request. */
  void await(HttpConnection connection, Duration patience) {
    lift(connection);
    timers.put(
        connection,
        vertx.setTimer(
            patience.toMillis(),
            late -> {
              timers.remove(connection);
              connection.close();
            }));
  }

  /** The request is there, or the connection is gone. */
  void lift(HttpConnection connection) {
    Long timer = timers.remove(connection);
    if (timer != null) {
      vertx.cancelTimer(timer);
    }
  }
}
