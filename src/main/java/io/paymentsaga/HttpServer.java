package io.paymentsaga;

import io.paymentsaga.http.HttpEdge;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
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

  static void start(CamelContext context, Settings settings) throws Exception {
    context
        .getRegistry()
        .bind(
            "vertxOptions", new VertxOptions().setWorkerPoolSize(settings.number("http.workers")));
    VertxPlatformHttpServerConfiguration configuration = new VertxPlatformHttpServerConfiguration();
    configuration.setBindHost(settings.text("http.host"));
    configuration.setBindPort(settings.number("http.port"));
    configuration.setMaxBodySize(LARGEST_BODY);
    configuration.getBodyHandler().setHandleFileUploads(false);
    checkAddress(configuration);
    VertxPlatformHttpServer server = new VertxPlatformHttpServer(configuration);
    context.addService(server);
    context.addLifecycleStrategy(new Announcement(server));
  }

  /** Vert.x only warns when it cannot listen, and the service would run unreachable. */
  private static void checkAddress(VertxPlatformHttpServerConfiguration configuration) {
    String host = configuration.getBindHost();
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host, configuration.getBindPort()));
    } catch (IOException taken) {
      throw new ConfigurationException(
          "PORT " + configuration.getBindPort() + " of " + host + ": " + taken.getMessage());
    }
  }

  /** Says where the server is once every route behind it has started. */
  private static final class Announcement extends LifecycleStrategySupport {
    private final VertxPlatformHttpServer server;

    Announcement(VertxPlatformHttpServer server) {
      this.server = server;
    }

    @Override
    public void onContextStarted(CamelContext context) {
      HttpEdge.mountOn(
          context.getRegistry().findByType(VertxPlatformHttpRouter.class).iterator().next());
      LOG.info("HTTP server listening on http://{}:{}", server.getHost(), server.getPort());
    }
  }
}
