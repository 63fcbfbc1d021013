package io.paymentsaga.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.paymentsaga.http.CorrelationIds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that is its own HTTPS end, and that the pages of one other origin may call. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsAndOriginsIT {
  private static final String SHOP = "https://shop.example";

  private EdgeServer server;
  private SSLContext trusting;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    SelfSigned identity = SelfSigned.in(directory);
    trusting = identity.trusting();
    server =
        new EdgeServer(
            new RouteBuilder() {
              @Override
              public void configure() {
                from("platform-http:/api/v1/echo?httpMethodRestrict=GET,POST")
                    .process(new CorrelationIds())
                    .setBody(constant("got it"));
                from("platform-http:/webhooks?httpMethodRestrict=POST").setBody(constant("{}"));
              }
            },
            Map.of(),
            new ServerSettings(
                "127.0.0.1",
                0,
                Optional.of(identity.files()),
                List.of(SHOP),
                EdgeServer.LARGEST_BODY,
                Duration.ofSeconds(2),
                Duration.ofSeconds(2),
                Duration.ofSeconds(5)));
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private String send(String protocol, String request) throws IOException {
    try (SSLSocket socket =
        (SSLSocket) trusting.getSocketFactory().createSocket("127.0.0.1", server.port())) {
      socket.setEnabledProtocols(new String[] {protocol});
      socket
          .getOutputStream()
          .write(
              (request + "Host: localhost\nConnection: close\n\n")
                  .replace("\n", "\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String send(String request) throws IOException {
    return send("TLSv1.3", request);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void a_client_that_trusts_the_certificate_is_answered_and_told_to_stay_with_https(String protocol)
      throws IOException {
    assertThat(send(protocol, "GET /api/v1/echo HTTP/1.1\n"))
        .startsWith("HTTP/1.1 200 ")
        .contains("Strict-Transport-Security: max-age=31536000")
        .contains("got it");
  }

  @Test
  void an_older_protocol_is_refused() {
    assertThatThrownBy(() -> send("TLSv1.1", "GET /api/v1/echo HTTP/1.1\n"))
        .isInstanceOf(SSLHandshakeException.class);
  }

  @Test
  void a_client_without_tls_is_not_answered() throws IOException {
    try (RawConnection plain = new RawConnection(server.port())) {
      assertThat(plain.send("GET /api/v1/echo HTTP/1.1\nHost: localhost\n\n").untilClosed())
          .doesNotContain("got it", "200");
    }
  }

  @Test
  void a_page_of_a_named_origin_may_ask_and_read() throws IOException {
    assertThat(
            send(
                "OPTIONS /api/v1/echo HTTP/1.1\nOrigin: "
                    + SHOP
                    + "\nAccess-Control-Request-Method: POST\n"
                    + "Access-Control-Request-Headers: authorization,content-type\n"))
        .startsWith("HTTP/1.1 204 ")
        .contains("access-control-allow-origin: " + SHOP)
        .containsPattern("access-control-allow-methods: .*POST")
        .containsPattern("(?i)access-control-allow-headers: .*authorization")
        .contains("access-control-max-age: 600")
        .doesNotContain("access-control-allow-credentials");
    assertThat(send("GET /api/v1/echo HTTP/1.1\nOrigin: " + SHOP + "\n"))
        .contains("access-control-allow-origin: " + SHOP)
        .containsPattern("(?i)access-control-expose-headers: .*X-Correlation-Id")
        .contains("got it");
  }

  @ParameterizedTest
  @CsvSource({
    "/api/v1/echo, https://evil.example",
    "/api/v1/echo, https://shop.example.evil.example",
    "/api/v1/echo, http://shop.example",
    "/api/v1/echo, null",
    "/webhooks,    https://shop.example",
  })
  void a_page_of_another_origin_or_for_another_path_is_given_no_leave(String path, String origin)
      throws IOException {
    String asked = " HTTP/1.1\nOrigin: " + origin + "\nAccess-Control-Request-Method: POST\n";

    assertThat(send("OPTIONS " + path + asked).toLowerCase(Locale.ROOT))
        .startsWith("http/1.1 204 ")
        .contains("allow: ")
        .doesNotContain("access-control-");
  }
}
