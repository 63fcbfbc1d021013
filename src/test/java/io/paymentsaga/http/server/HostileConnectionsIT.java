package io.paymentsaga.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.paymentsaga.http.ActionRequests;
import io.paymentsaga.http.CorrelationIds;
import io.paymentsaga.http.ProblemResponses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server on the open internet is sent, over bare sockets. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileConnectionsIT {
  private static final String HOST = "Host: localhost\n";

  /** More than the system's buffers take, when it is there as often as requests may wait. */
  private static final int LARGE = 1024 * 1024;

  private EdgeServer server;

  @BeforeAll
  void start() throws Exception {
    server =
        new EdgeServer(
            new RouteBuilder() {
              @Override
              public void configure() {
                onException(Exception.class).handled(true).process(new ProblemResponses());
                from("platform-http:/echo?httpMethodRestrict=GET,POST")
                    .process(new CorrelationIds())
                    .setBody(simple("got ${bodyAs(String)}"));
                from("platform-http:/large?httpMethodRestrict=GET")
                    .setBody(constant("a".repeat(LARGE)));
                from("platform-http:/actions?httpMethodRestrict=POST")
                    .process(new CorrelationIds())
                    .bean(new ActionRequests(), "operate")
                    .setBody(constant("done"));
                from("platform-http:/cancellations?httpMethodRestrict=POST")
                    .process(new CorrelationIds())
                    .bean(new ActionRequests(), "cancel")
                    .setBody(constant("done"));
              }
            },
            Map.of());
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private RawConnection connect() throws IOException {
    return new RawConnection(server.port());
  }

  private String answerTo(String request) throws IOException {
    try (RawConnection connection = connect()) {
      try {
        connection.send(request);
      } catch (SocketException closed) {
        // The server need not wait for the rest of what it refuses.
      }
      return connection.untilClosed();
    }
  }

  private static void assertProblem(String answer, int status, String type) throws IOException {
    // Of what has no version, Netty makes HTTP/1.0.
    assertThat(answer).matches("(?s)HTTP/1.[01] " + status + " .*");
    assertThat(answer.toLowerCase(Locale.ROOT))
        .contains("content-type: application/problem+json", "x-correlation-id: ");
    JsonNode problem = new JsonMapper().readTree(answer.substring(answer.indexOf("\r\n\r\n")));
    assertThat(problem.path("type").asText()).isEqualTo("/problems/" + type);
    assertThat(problem.path("status").asInt()).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET /echo\\x HTTP/1.1          | 404 | not-found",
        "GET /%zz HTTP/1.1              | 400 | validation",
        "GET /%c0%ae%c0%ae/echo HTTP/1.1| 404 | not-found",
        "GET echo HTTP/1.1              | 400 | validation",
        "GET * HTTP/1.1                 | 400 | validation",
        "CONNECT echo:80 HTTP/1.1       | 400 | validation",
        "GET  HTTP/1.1                  | 400 | validation",
        "NONSENSE                       | 400 | validation",
        "TRACE /echo HTTP/1.1           | 405 | method-not-allowed",
        "BREW /echo HTTP/1.1            | 405 | method-not-allowed",
      })
  void an_odd_request_line_is_a_problem(String line, int status, String type) throws IOException {
    assertProblem(answerTo(line + "\n" + HOST + "Connection: close\n\n"), status, type);
  }

  @Test
  void an_endless_address_is_414_and_endless_headers_are_431() throws IOException {
    assertProblem(answerTo("GET /" + "a".repeat(20_000)), 414, "uri-too-long");
    assertProblem(
        answerTo("GET /echo HTTP/1.1\n" + HOST + "X: " + "a".repeat(20_000) + "\n\n"),
        431,
        "headers-too-large");
    assertProblem(
        answerTo("GET /echo HTTP/1.1\n" + HOST + "X: aaaaaaaa\n".repeat(2_000) + "\n"),
        431,
        "headers-too-large");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: -1\n",
        "Content-Length: x\n",
        "Content-Length: 1\nContent-Length: 2\n",
        "Transfer-Encoding: chunked\n\nZZ\n",
        "Content Length: 1\n",
      })
  void a_request_whose_end_is_unclear_is_refused_and_its_connection_closed(String headers)
      throws IOException {
    String answer = answerTo("POST /echo HTTP/1.1\n" + HOST + headers + "\n");

    // When the body cannot be told from what follows, there may be no answer at all.
    assertThat(answer).matches("(?s)(HTTP/1.1 400 .*)?").doesNotContain("got");
  }

  @Test
  void a_connection_that_asks_nothing_is_closed() throws IOException {
    assertThat(answerTo("")).isEmpty();
    assertThat(answerTo("GET /echo HTTP/1.1\nHost:")).isEmpty();
  }

  @Test
  void a_head_that_trickles_is_not_waited_for() throws IOException {
    ScheduledExecutorService trickle = Executors.newSingleThreadScheduledExecutor();
    try (RawConnection connection = connect()) {
      connection.send("GET /echo HTTP/1.1\n");
      Future<?> sending =
          trickle.scheduleAtFixedRate(() -> sendHeader(connection), 50, 50, TimeUnit.MILLISECONDS);

      // Only the server ends this: the client would go on for ever.
      assertThat(connection.untilClosed()).isEmpty();
      sending.cancel(true);
    } finally {
      trickle.shutdownNow();
    }
  }

  private static void sendHeader(RawConnection connection) {
    try {
      connection.send("X: a\n");
    } catch (IOException closed) {
      throw new UncheckedIOException(closed);
    }
  }

  @Test
  void a_body_that_does_not_come_is_408() throws IOException {
    String head = "POST /echo HTTP/1.1\n" + HOST + "Content-Length: 10\n\n";

    assertProblem(answerTo(head + "abc"), 408, "request-timeout");
    assertProblem(
        answerTo("POST /echo HTTP/1.1\n" + HOST + "Transfer-Encoding: chunked\n\n3\nabc\n"),
        408,
        "request-timeout");
  }

  @Test
  void a_body_that_is_announced_too_large_is_413_before_it_is_sent() throws IOException {
    try (RawConnection connection = connect()) {
      connection.send("POST /echo HTTP/1.1\n" + HOST + "Content-Length: 99999999\n\nab");
      assertProblem(connection.untilClosed(), 413, "payload-too-large");
    }
  }

  @Test
  void who_asks_before_sending_is_told_to_go_on_or_not_to() throws IOException {
    try (RawConnection connection = connect()) {
      connection.send(
          "POST /echo HTTP/1.1\n" + HOST + "Expect: 100-continue\nContent-Length: 3\n\n");
      assertThat(connection.until("\r\n\r\n")).startsWith("HTTP/1.1 100 ");
      connection.send("abc");
      assertThat(connection.until("got abc")).startsWith("HTTP/1.1 200 ");
    }
    try (RawConnection connection = connect()) {
      connection.send(
          "POST /echo HTTP/1.1\n" + HOST + "Expect: 100-continue\nContent-Length: 99999\n\n");
      assertThat(connection.until("\r\n\r\n")).startsWith("HTTP/1.1 413 ");
    }
  }

  @Test
  void who_expects_what_nobody_knows_is_refused() throws IOException {
    assertProblem(
        answerTo("POST /echo HTTP/1.1\n" + HOST + "Expect: nonsense\nContent-Length: 3\n\nabc"),
        400,
        "validation");
  }

  @Test
  void requests_in_a_row_are_answered_in_a_row() throws IOException {
    try (RawConnection connection = connect()) {
      connection.send(
          ("POST /echo HTTP/1.1\n" + HOST + "Content-Length: 1\n\n1")
              + ("POST /echo HTTP/1.1\n" + HOST + "Content-Length: 1\n\n2")
              + ("GET /nothing HTTP/1.1\n" + HOST + "\n"));
      assertThat(connection.until("got 1")).contains("200");
      assertThat(connection.until("got 2")).contains("200");
      assertThat(connection.until("HTTP/1.1 404 ")).doesNotContain("got");
    }
  }

  @Test
  void too_many_requests_in_a_row_end_the_connection() throws IOException {
    String request = "GET /echo HTTP/1.1\n" + HOST + "\n";

    String answers = answerTo(request.repeat(10_000));

    assertThat(answers.split("got", -1)).hasSizeLessThan(5_000);
  }

  @Test
  void answers_nobody_reads_end_the_connection() throws Exception {
    try (RawConnection connection = connect()) {
      assertThatThrownBy(
              () -> {
                for (int sent = 0; sent < 100; sent++) {
                  connection.send("GET /large HTTP/1.1\n" + HOST + "\n");
                  Thread.sleep(20);
                }
              })
          .as("sending to a closed connection")
          .isInstanceOf(SocketException.class);
    }
  }

  @Test
  void http_1_0_is_answered_whole_and_closed() throws IOException {
    String answer = answerTo("GET /echo HTTP/1.0\n\n");

    assertThat(answer).contains(" 200 ").endsWith("got ");
    assertThat(answer.toLowerCase(Locale.ROOT))
        .contains("content-length: 4")
        .doesNotContain("chunked");
  }

  @Test
  void a_connection_is_kept_for_a_while_and_then_closed() throws IOException {
    try (RawConnection connection = connect()) {
      connection.send("GET /nothing HTTP/1.1\n" + HOST + "\n");
      assertThat(connection.until("\"correlationId\"")).contains("404");
      connection.untilClosed();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "multipart/form-data; boundary=b, 415",
    "multipart/form-data, 400",
    "application/x-www-form-urlencoded, 400",
    "text/xml, 415",
    "nonsense, 415",
    "application/json, 400",
  })
  void a_body_of_another_kind_is_refused(String type, int status) throws IOException {
    String answer =
        answerTo(
            "POST /actions HTTP/1.1\n"
                + HOST
                + "Connection: close\nContent-Length: 7\nContent-Type: "
                + type
                + "\n\n%zz=&&x");

    assertThat(answer).startsWith("HTTP/1.1 " + status + " ").contains("application/problem+json");
  }

  @ParameterizedTest
  @CsvSource({
    "multipart/form-data; boundary=b, 7, 415",
    "Multipart/mixed; boundary=b, 7, 415",
    "text/plain, 7, 415",
    "application/x-www-form-urlencoded, 7, 415",
    "application/x-www-form-urlencoded, 0, 415",
    "application/json, 0, 200",
  })
  void a_body_that_may_be_absent_is_not_ignored_when_it_is_there(
      String type, int length, int status) throws IOException {
    String answer =
        answerTo(
            "POST /cancellations HTTP/1.1\n"
                + HOST
                + "Connection: close\nContent-Length: "
                + length
                + "\nContent-Type: "
                + type
                + "\n\n"
                + "{\"r=&&x".substring(0, length));

    assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
  }

  @Test
  void a_body_without_a_media_type_is_refused() throws IOException {
    assertThat(
            answerTo(
                "POST /actions HTTP/1.1\n" + HOST + "Connection: close\nContent-Length: 2\n\n{}"))
        .startsWith("HTTP/1.1 415 ");
  }
}
