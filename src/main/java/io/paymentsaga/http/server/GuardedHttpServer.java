package io.paymentsaga.http.server;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Consumer;
import org.apache.camel.component.platform.http.PlatformHttpConstants;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;

/**
 * camel-platform-http's server, with what its configuration has no words for: TLS from PEM files,
 * deadlines and a limit of waiting requests for connections, and problems as answers to what is
 * hardly HTTP.
 */
public final class GuardedHttpServer extends VertxPlatformHttpServer {
  private final ServerSettings settings;
  private final Consumer<Router> first;
  private ConnectionDeadlines deadlines;
  private HttpServer server;

  /**
   * @param first mounts what sees every request before anything else does
   */
  public GuardedHttpServer(ServerSettings settings, Consumer<Router> first) {
    super(configuration(settings));
    this.settings = settings;
    this.first = first;
  }

  private static VertxPlatformHttpServerConfiguration configuration(ServerSettings settings) {
    VertxPlatformHttpServerConfiguration configuration = new VertxPlatformHttpServerConfiguration();
    configuration.setBindHost(settings.host());
    configuration.setBindPort(settings.port());
    configuration.setMaxBodySize(settings.largestBody());
    configuration.getBodyHandler().setHandleFileUploads(false);
    return configuration;
  }

  /** The router the Camel routes are mounted on. */
  public Router router() {
    return getCamelContext()
        .getRegistry()
        .findByType(VertxPlatformHttpRouter.class)
        .iterator()
        .next();
  }

  @Override
  public HttpServer getServer() {
    return server;
  }

  @Override
  public int getPort() {
    return server == null ? settings.port() : server.actualPort();
  }

  /** Listens beside this server in the same way, until this server's Vert.x is closed. */
  public Future<HttpServer> serveBeside(int port, Router router) {
    HttpEdge.mountOn(router, settings);
    return listen(port, router);
  }

  @Override
  protected void initializeServer() {
    super.initializeServer();
    deadlines = new ConnectionDeadlines(getVertx());
  }

  @Override
  protected void startServer() {
    first.accept(router());
    HttpEdge.mountOn(router(), settings);
    server = joined(listen(settings.port(), router()));
  }

  private Future<HttpServer> listen(int port, Router router) {
    router.route().order(Integer.MIN_VALUE).handler(this::awaitNext);
    return getVertx()
        .createHttpServer(settings.options())
        .connectionHandler(
            connection -> {
              PipeliningLimit.setOn(connection);
              connection.closeHandler(closed -> deadlines.lift(connection));
              deadlines.await(connection, settings.headTimeout());
            })
        .invalidRequestHandler(MalformedRequests::refuse)
        .requestHandler(request -> serve(request, router))
        .listen(port, settings.host());
  }

  private void serve(HttpServerRequest request, Router router) {
    deadlines.lift(request.connection());
    if (MalformedRequests.hasPath(request)) {
      router.handle(request);
    } else {
      MalformedRequests.refuse(request);
    }
  }

  private void awaitNext(RoutingContext context) {
    context.addEndHandler(
        ended -> deadlines.await(context.request().connection(), settings.idleTimeout()));
    context.next();
  }

  @Override
  protected void stopServer() {
    if (server != null) {
      getCamelContext().removeComponent(PlatformHttpConstants.PLATFORM_HTTP_COMPONENT_NAME);
      joined(server.close());
      server = null;
    }
  }

  @Override
  protected void stopVertx() {
    if (getVertx() != null) {
      joined(getVertx().close());
    }
  }

  private static <T> T joined(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }
}
