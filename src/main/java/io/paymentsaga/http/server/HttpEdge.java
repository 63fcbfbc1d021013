package io.paymentsaga.http.server;

import io.netty.handler.codec.DecoderException;
import io.paymentsaga.http.CorrelationIds;
import io.paymentsaga.http.Problem;
import io.paymentsaga.http.ProblemType;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the HTTP server answers without any Camel route: a body over the limit or too slow, an
 * unknown path, a method a path does not have, a failure before or after the route. Those answers
 * are problems too, and every response, whoever writes it, carries {@code X-Correlation-Id} and the
 * {@link SecurityHeaders}.
 */
public final class HttpEdge {
  private static final Logger LOG = LoggerFactory.getLogger(HttpEdge.class);

  private static final List<Integer> UNROUTED = List.of(400, 404, 405, 408, 413, 500);

  private static final Pattern CONTROL_CHARACTER = Pattern.compile("%(?:[01]\\p{XDigit}|7[Ff])");

  private final Router router;
  private final ServerSettings settings;

  private HttpEdge(Router router, ServerSettings settings) {
    this.router = router;
    this.settings = settings;
  }

  /** To be called once, before the server listens; before or after the routes are added. */
  static void mountOn(Router router, ServerSettings settings) {
    HttpEdge edge = new HttpEdge(router, settings);
    router
        .route()
        .order(Integer.MIN_VALUE)
        .handler(edge::settleHeaders)
        .handler(edge::limitBodyTime)
        .handler(HttpEdge::checkFraming)
        .handler(HttpEdge::checkPath)
        .handler(HttpEdge::checkQuery)
        .failureHandler(HttpEdge::answerFailure);
    UNROUTED.forEach(status -> router.errorHandler(status, HttpEdge::answerFailure));
    CrossOrigin.mountOn(router, settings.corsOrigins());
    router.route().last().handler(edge::refuse);
  }

  /** Lets {@code HEAD} ask for what {@code GET} answers, on every route there is now. */
  public static void answerHead(Router router) {
    router.getRoutes().stream()
        .filter(route -> route.methods() != null && route.methods().contains(HttpMethod.GET))
        .forEach(route -> route.method(HttpMethod.HEAD));
  }

  /** Camel reads the id from the request, so that both sides speak of the same one. */
  private void settleHeaders(RoutingContext context) {
    String correlationId =
        CorrelationIds.accepted(context.request().getHeader(CorrelationIds.HEADER));
    context.request().headers().set(CorrelationIds.HEADER, correlationId);
    context.response().putHeader(CorrelationIds.HEADER, correlationId);
    SecurityHeaders.put(context.response(), settings.tls().isPresent());
    context.next();
  }

  /** A body that trickles holds a connection, and memory, for as long as its sender likes. */
  private void limitBodyTime(RoutingContext context) {
    long timer =
        context.vertx().setTimer(settings.bodyTimeout().toMillis(), late -> giveBodyUp(context));
    context.request().end().onComplete(read -> context.vertx().cancelTimer(timer));
    context.next();
  }

  /** Answers 408 to a call whose body is not here yet, and closes its connection. */
  static void giveBodyUp(RoutingContext context) {
    if (context.response().ended()) {
      context.request().connection().close();
    } else {
      context.fail(ProblemType.REQUEST_TIMEOUT.status());
    }
  }

  /** Nobody knows where a next request would begin, so there is none. */
  private static void checkFraming(RoutingContext context) {
    if (AmbiguousRequests.isOne(context.request())) {
      context.response().putHeader("Connection", "close");
      context.response().endHandler(sent -> context.request().connection().close());
      context.fail(ProblemType.VALIDATION.status());
    } else {
      context.next();
    }
  }

  /** Nothing has a control character in its address, and PostgreSQL takes no NUL. */
  private static void checkPath(RoutingContext context) {
    if (CONTROL_CHARACTER.matcher(context.request().path()).find()) {
      context.fail(ProblemType.NOT_FOUND.status());
    } else {
      context.next();
    }
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
      return;
    }
    methods.add(HttpMethod.OPTIONS.name());
    context.response().putHeader("Allow", String.join(", ", methods));
    if (context.request().method().equals(HttpMethod.OPTIONS)) {
      context.response().setStatusCode(204).end();
    } else {
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
    ProblemType type = type(context);
    if (type == ProblemType.INTERNAL) {
      LOG.error("Call {} failed outside its route", correlationId, context.failure());
    }
    if (response.closed()) {
      return;
    }
    if (response.headWritten()) {
      // Half an answer is out already: only a broken connection tells the caller.
      response.reset();
      return;
    }
    boolean last = !context.request().isEnded() && type != ProblemType.PAYLOAD_TOO_LARGE;
    if (last) {
      response.putHeader("Connection", "close");
    }
    response
        .setStatusCode(type.status())
        .putHeader("Content-Type", Problem.MEDIA_TYPE)
        .end(Buffer.buffer(Problem.ofServer(type, correlationId).json()))
        .onComplete(
            sent -> {
              if (last) {
                context.request().connection().close();
              }
            });
  }

  private static ProblemType type(RoutingContext context) {
    ProblemType type = ProblemType.ofStatus(context.statusCode());
    return type == ProblemType.INTERNAL && isOfCaller(context) ? ProblemType.VALIDATION : type;
  }

  /** Whether it failed because the caller went away, or sent what cannot be read. */
  private static boolean isOfCaller(RoutingContext context) {
    Throwable failure = context.failure();
    boolean unread = !context.request().isEnded();
    return context.statusCode() / 100 == 4
        || failure instanceof HttpClosedException
        || (unread && failure instanceof DecoderException)
        || (unread && failure instanceof NumberFormatException);
  }
}
