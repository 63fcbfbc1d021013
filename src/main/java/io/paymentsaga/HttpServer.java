package io.paymentsaga;

import io.paymentsaga.http.HttpEdge;
import io.paymentsaga.http.ReferencePage;
import io.paymentsaga.operations.HttpRequestMeter;
import io.paymentsaga.operations.Metrics;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.OptionalInt;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.support.LifecycleStrategySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP server the routes are served by. */
final class HttpServer {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
  private static final long LARGEST_BODY = 256 * 1024;

  private HttpServer() {}

  /**
   * @throws ConfigurationException when everybody would be let in from other machines
   */
  static void checkAuthentication(Settings settings) {
    String host = settings.text("http.host");
    if (settings.text("auth.mode").equalsIgnoreCase("none") && !isLoopback(host)) {
      throw new ConfigurationException(
          "AUTH_MODE none is refused unless HTTP_HOST is a loopback address, and it is " + host);
    }
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException unknown) {
      throw new ConfigurationException("HTTP_HOST is unknown: " + host);
    }
  }

  static void start(CamelContext context, Settings settings, Metrics metrics) throws Exception {
    context
        .getRegistry()
        .bind(
            "vertxOptions", new VertxOptions().setWorkerPoolSize(settings.number("http.workers")));
    VertxPlatformHttpServerConfiguration configuration = new VertxPlatformHttpServerConfiguration();
    configuration.setBindHost(settings.text("http.host"));
    configuration.setBindPort(settings.number("http.port"));
    configuration.setMaxBodySize(LARGEST_BODY);
    configuration.getBodyHandler().setHandleFileUploads(false);
    OptionalInt metricsPort = metricsPort(settings);
    checkAddress("PORT", configuration.getBindHost(), configuration.getBindPort());
    metricsPort.ifPresent(port -> checkAddress("METRICS_PORT", configuration.getBindHost(), port));
    VertxPlatformHttpServer server = new VertxPlatformHttpServer(configuration);
    context.addService(server);
    context.addLifecycleStrategy(new Announcement(server, metrics, metricsPort));
  }

  /** The port {@code /metrics} has of its own, if any; two ports the system picks are two. */
  private static OptionalInt metricsPort(Settings settings) {
    if (settings.text("metrics.port").isEmpty()) {
      return OptionalInt.empty();
    }
    int port = settings.number("metrics.port");
    boolean shared = port != 0 && port == settings.number("http.port");
    return shared ? OptionalInt.empty() : OptionalInt.of(port);
  }

  /** Vert.x only warns when it cannot listen, and the service would run unreachable. */
  private static void checkAddress(String variable, String host, int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host, port));
    } catch (IOException taken) {
      throw new ConfigurationException(
          variable + " " + port + " of " + host + ": " + taken.getMessage());
    }
  }

  /** Says where the server is once every route behind it has started. */
  private static final class Announcement extends LifecycleStrategySupport {
    private final VertxPlatformHttpServer server;
    private final Metrics metrics;
    private final OptionalInt metricsPort;

    Announcement(VertxPlatformHttpServer server, Metrics metrics, OptionalInt metricsPort) {
      this.server = server;
      this.metrics = metrics;
      this.metricsPort = metricsPort;
    }

    @Override
    public void onContextStarted(CamelContext context) {
      Router router =
          context.getRegistry().findByType(VertxPlatformHttpRouter.class).iterator().next();
      new HttpRequestMeter(metrics.registry()).mountOn(router);
      HttpEdge.mountOn(router);
      ReferencePage.mountOn(router);
      metricsPort.ifPresentOrElse(this::serveMetrics, () -> metrics.mountOn(router));
      LOG.info("HTTP server listening on http://{}:{}", server.getHost(), server.getPort());
    }

    /** Closed with the server's Vert.x. */
    private void serveMetrics(int port) {
      Router router = Router.router(server.getVertx());
      HttpEdge.mountOn(router);
      metrics.mountOn(router);
      server
          .getVertx()
          .createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false))
          .requestHandler(router)
          .listen(port, server.getHost())
          .onSuccess(
              own ->
                  LOG.info("Metrics on http://{}:{}/metrics", server.getHost(), own.actualPort()))
          .onFailure(failure -> LOG.error("No metrics: port {} is lost", port, failure));
    }
  }
}
