package io.paymentsaga;

import io.paymentsaga.http.server.CallLanes;
import io.paymentsaga.http.server.GuardedHttpServer;
import io.paymentsaga.http.server.HttpEdge;
import io.paymentsaga.http.server.ReferencePage;
import io.paymentsaga.http.server.ServerSettings;
import io.paymentsaga.operations.HttpRequestMeter;
import io.paymentsaga.operations.Metrics;
import io.vertx.core.VertxOptions;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionException;
import org.apache.camel.CamelContext;
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

  /** An empty name is the loopback to Java, and every interface to the server. */
  private static boolean isLoopback(String host) {
    try {
      return !host.isEmpty() && InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException unknown) {
      throw new ConfigurationException("HTTP_HOST is unknown: " + host);
    }
  }

  static void start(CamelContext context, Settings settings, Metrics metrics) throws Exception {
    int workers = settings.number("http.workers");
    context.getRegistry().bind("vertxOptions", new VertxOptions().setWorkerPoolSize(workers));
    CallLanes lanes = new CallLanes(workers);
    context.addRoutePolicyFactory(lanes);
    ServerSettings server = serverSettings(settings);
    OptionalInt metricsPort = metricsPort(settings);
    checkAddress("PORT", server.host(), server.port());
    metricsPort.ifPresent(port -> checkAddress("METRICS_PORT", server.host(), port));
    GuardedHttpServer guarded =
        new GuardedHttpServer(
            server,
            router -> {
              new HttpRequestMeter(metrics.registry()).mountOn(router);
              lanes.mountOn(router, LARGEST_BODY);
            });
    try {
      context.addService(guarded);
    } catch (CompletionException unusable) {
      throw new ConfigurationException(
          "The HTTP server cannot listen: " + unusable.getCause().getMessage());
    }
    context.addLifecycleStrategy(new Announcement(guarded, server, metrics, metricsPort));
  }

  private static ServerSettings serverSettings(Settings settings) {
    return new ServerSettings(
        settings.text("http.host"),
        settings.number("http.port"),
        tls(settings),
        Settings.list(settings.text("http.corsAllowedOrigins")),
        LARGEST_BODY,
        settings.duration("http.headTimeout"),
        settings.duration("http.bodyTimeout"),
        settings.duration("http.idleTimeout"));
  }

  private static Optional<ServerSettings.Tls> tls(Settings settings) {
    String certificate = settings.text("http.tlsCertificate");
    String key = settings.text("http.tlsKey");
    if (certificate.isEmpty() && key.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new ServerSettings.Tls(readable("TLS_CERTIFICATE", certificate), readable("TLS_KEY", key)));
  }

  private static Path readable(String variable, String file) {
    if (file.isEmpty()) {
      throw new ConfigurationException(
          variable + " is missing; TLS_CERTIFICATE and TLS_KEY go together");
    }
    if (!Files.isReadable(Path.of(file))) {
      throw new ConfigurationException(variable + " cannot be read: " + file);
    }
    return Path.of(file);
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
    private final GuardedHttpServer server;
    private final ServerSettings settings;
    private final Metrics metrics;
    private final OptionalInt metricsPort;

    Announcement(
        GuardedHttpServer server,
        ServerSettings settings,
        Metrics metrics,
        OptionalInt metricsPort) {
      this.server = server;
      this.settings = settings;
      this.metrics = metrics;
      this.metricsPort = metricsPort;
    }

    @Override
    public void onContextStarted(CamelContext context) {
      ReferencePage.mountOn(server.router());
      metricsPort.ifPresentOrElse(this::serveMetrics, () -> metrics.mountOn(server.router()));
      HttpEdge.answerHead(server.router());
      LOG.info("HTTP server listening on {}", address(server.getPort()));
    }

    private String address(int port) {
      return "%s://%s:%d".formatted(settings.scheme(), settings.host(), port);
    }

    /** Closed with the server's Vert.x. */
    private void serveMetrics(int port) {
      Router router = Router.router(server.getVertx());
      metrics.mountOn(router);
      HttpEdge.answerHead(router);
      server
          .serveBeside(port, router)
          .onSuccess(own -> LOG.info("Metrics on {}/metrics", address(own.actualPort())))
          .onFailure(failure -> LOG.error("No metrics: port {} is lost", port, failure));
    }
  }
}
