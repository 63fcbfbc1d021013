package io.paymentsaga.http.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.paymentsaga.http.HeaderHygiene;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.impl.DefaultCamelContext;

/** A real HTTP server in front of the routes under test, on a free port of the loopback. */
public final class EdgeServer implements AutoCloseable {
  static final long LARGEST_BODY = 1024;

  /** One for webhooks, two for the API, one for everything else. */
  private static final int WORKERS = 4;

  private static final JsonMapper JSON = new JsonMapper();

  private final DefaultCamelContext context = new DefaultCamelContext();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final GuardedHttpServer server;

  public EdgeServer(RoutesBuilder routes, Map<String, Object> beans) throws Exception {
    this(routes, beans, plain());
  }

  EdgeServer(RoutesBuilder routes, Map<String, Object> beans, ServerSettings settings)
      throws Exception {
    beans.forEach(context.getRegistry()::bind);
    PlatformHttpComponent component = new PlatformHttpComponent();
    component.setHeaderFilterStrategy(new HeaderHygiene());
    context.addComponent("platform-http", component);

    CallLanes lanes = new CallLanes(WORKERS);
    context.addRoutePolicyFactory(lanes);
    context.getRegistry().bind("vertxOptions", new VertxOptions().setWorkerPoolSize(WORKERS));
    server = new GuardedHttpServer(settings, router -> lanes.mountOn(router, LARGEST_BODY));
    context.addService(server);
    context.start();
    context.addRoutes(routes);
    HttpEdge.answerHead(server.router());
  }

  /** Plain HTTP, and hardly any patience. */
  static ServerSettings plain() {
    return new ServerSettings(
        "127.0.0.1",
        0,
        Optional.empty(),
        List.of("https://shop.example"),
        LARGEST_BODY,
        Duration.ofMillis(500),
        Duration.ofMillis(700),
        Duration.ofSeconds(2));
  }

  /** Plain HTTP, and more patience than a test needs. */
  static ServerSettings patient() {
    return new ServerSettings(
        "127.0.0.1",
        0,
        Optional.empty(),
        List.of(),
        LARGEST_BODY,
        Duration.ofMinutes(1),
        Duration.ofMinutes(1),
        Duration.ofMinutes(2));
  }

  int port() {
    return server.getPort();
  }

  public HttpResponse<String> get(String path, String... headers) throws Exception {
    return send(request(path, headers).GET().build());
  }

  public HttpResponse<String> post(String path, String body, String... headers) throws Exception {
    return send(request(path, headers).POST(BodyPublishers.ofString(body)).build());
  }

  HttpRequest.Builder request(String path, String... headers) {
    URI uri = URI.create("http://127.0.0.1:" + port() + path);
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    return headers.length == 0 ? request : request.headers(headers);
  }

  HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return client.send(request, BodyHandlers.ofString());
  }

  /** The whole answer to a path that Java's client would not send. */
  String getUnchecked(String path) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      String request = "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.formatted(path).getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  static JsonNode json(HttpResponse<String> response) throws IOException {
    return JSON.readTree(response.body());
  }

  @Override
  public void close() {
    context.stop();
  }
}
