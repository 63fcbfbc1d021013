package io.paymentsaga.http.server;

import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * How the HTTP server listens and how patient it is.
 *
 * @param port 0 for a free one
 * @param tls empty for plain HTTP
 * @param corsOrigins whose pages may call the API from a browser, {@code *} for all; empty for none
 * @param largestBody in bytes
 * @param headTimeout for the head of a new connection's first request
 * @param bodyTimeout from a request's head to the end of its body
 * @param idleTimeout for a connection on which nothing moves, and for the next request's head;
 *     longer than any answer takes
 */
public record ServerSettings(
    String host,
    int port,
    Optional<Tls> tls,
    List<String> corsOrigins,
    long largestBody,
    Duration headTimeout,
    Duration bodyTimeout,
    Duration idleTimeout) {
  /** Room for long tokens, and for filters of 255 characters that are escaped. */
  private static final int LONGEST_HEAD = 16 * 1024;

  public ServerSettings {
    corsOrigins = List.copyOf(corsOrigins);
  }

  /**
   * Who the server is.
   *
   * @param certificate the chain, in PEM, the server's own first
   * @param key its private key, in PEM (PKCS 8 or PKCS 1), without a password
   */
  public record Tls(Path certificate, Path key) {}

  /** {@code http} or {@code https}. */
  public String scheme() {
    return tls.isPresent() ? "https" : "http";
  }

  /**
   * HTTP/1.1 only: what is in front of this service speaks it, and there is less to attack. Nor is
   * there what compresses WebSockets, which would see each request.
   */
  HttpServerOptions options() {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHttp2ClearTextEnabled(false)
            .setPerFrameWebSocketCompressionSupported(false)
            .setPerMessageWebSocketCompressionSupported(false)
            .setMaxInitialLineLength(LONGEST_HEAD)
            .setMaxHeaderSize(LONGEST_HEAD)
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
            .setIdleTimeout(Math.toIntExact(idleTimeout.toMillis()));
    tls.ifPresent(
        files ->
            options
                .setSsl(true)
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2"))
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setSslHandshakeTimeout(headTimeout.toMillis())
                .setKeyCertOptions(
                    new PemKeyCertOptions()
                        .addCertPath(files.certificate().toString())
                        .addKeyPath(files.key().toString())));
    return options;
  }
}
