package io.paymentsaga.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Collection;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the HTTP server answers without any Camel route: a body over the limit, an unknown path, a
 * method a path does not have, a failure before or after the route. Those answers are problems too,
 * and every response, whoever writes it, carries {@code X-Correlation-Id}. Not so the answers to
 * what is hardly HTTP: a malformed path or headers of endless length never get this far.
 */
public final class HttpEdge {
  private static final Logger LOG = LoggerFactory.getLogger(HttpEdge.class);

  private final Router router;

  private HttpEdge(Router router) {
    this.router = router;
  }

  /** To be called once, when the server has started; before or after the routes are added. */
  public static void mountOn(Router router) {
    router
        .route()
        .order(Integer.MIN_VALUE)
        .handler(HttpEdge::settleCorrelationId)
        .handler(HttpEdge::checkQuery)
        .failureHandler(HttpEdge::answerFailure);
    router.route().last().handler(new HttpEdge(router)::refuse);
  }

  /** Camel reads the id from the request, so that both sides speak of the same one. */
  private static void settleCorrelationId(RoutingContext context) {
    String correlationId =
        CorrelationIds.accepted(context.request().getHeader(CorrelationIds.HEADER));
    context.request().headers().set(CorrelationIds.HEADER, correlationId);
    context.response().putHeader(CorrelationIds.HEADER, correlationId);
    context.next();
  }

  /** Later, while it looks for a route, Vert.x would answer a malformed query in its own words. */
  private static void checkQuery(RoutingContext context) {
    context.queryParams();
    context.next();
  }

  private void refuse(RoutingContext context) {
    Collection<String> methods = methodsOf(context.normalizedPath());
    if (methods.isEmpty()) {
      context.fail(ProblemType.NOT_FOUND.status());
    } else {
      context.response().putHeader("Allow", String.join(", ", methods));
      context.fail(ProblemType.METHOD_NOT_ALLOWED.status());
    }
  }

  private Collection<String> methodsOf(String path) {
    Collection<String> methods = new TreeSet<>();
    for (Route route : router.getRoutes()) {
      if (route.methods() != null && route.getPath() != null && serves(route, path)) {
        route.methods().forEach(method -> methods.add(method.name()));
      }
    }
    return methods;
  }

  private static boolean serves(Route route, String path) {
    String[] template = route.getPath().split("/", -1);
    String[] segments = path.split("/", -1);
    return template.length == segments.length
        && IntStream.range(0, segments.length)
            .allMatch(
                i ->
                    template[i].equals(segments[i])
                        || (template[i].startsWith(":") && !segments[i].isEmpty()));
  }

  private static void answerFailure(RoutingContext context) {
    HttpServerResponse response = context.response();
    String correlationId = context.request().getHeader(CorrelationIds.HEADER);
    ProblemType type = ProblemType.ofStatus(context.statusCode());
    if (type == ProblemType.INTERNAL) {
      LOG.error("Call {} failed outside its route", correlationId, context.failure());
    }
    if (response.headWritten()) {
      // Half an answer is out already: only a broken connection tells the caller.
      response.reset();
      return;
    }
    response
        .setStatusCode(type.status())
        .putHeader("Content-Type", Problem.MEDIA_TYPE)
        .putHeader("Cache-Control", "no-store")
        .end(Buffer.buffer(Problem.of(type, type.title(), correlationId).json()));
  }
}
