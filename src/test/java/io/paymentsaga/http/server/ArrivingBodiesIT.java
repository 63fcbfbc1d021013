package io.paymentsaga.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers who announce a body and do not send it, before a server that would wait for long. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArrivingBodiesIT {
  private static final String API = "/api/echo";
  private static final String WEBHOOK = "/webhooks/echo";
  private static final String OTHER = "/echo";

  /** More than are worked on, and wait for their turn, at once. */
  private static final int MORE_THAN_TURNS = 20;

  private final List<RawConnection> unfinished = new ArrayList<>();
  private EdgeServer server;

  @BeforeAll
  void start() throws Exception {
    server =
        new EdgeServer(
            new RouteBuilder() {
              @Override
              public void configure() {
                for (String path : List.of(API, WEBHOOK, OTHER)) {
                  from("platform-http:" + path + "?httpMethodRestrict=GET,POST")
                      .setBody(simple("got ${bodyAs(String)}"));
                }
              }
            },
            Map.of(),
            EdgeServer.patient());
  }

  @AfterEach
  void hangUp() throws IOException {
    for (RawConnection connection : unfinished) {
      connection.close();
    }
    unfinished.clear();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  /** A call whose body the server has been seen to wait for. */
  private RawConnection begin(String path) throws IOException {
    RawConnection connection = new RawConnection(server.port());
    unfinished.add(connection);
    connection.send(
        "POST " + path + " HTTP/1.1\nHost: x\nExpect: 100-continue\nContent-Length: 3\n\n");
    assertThat(connection.until("\r\n\r\n")).startsWith("HTTP/1.1 100 ");
    return connection;
  }

  @ParameterizedTest
  @ValueSource(strings = {API, WEBHOOK})
  void a_body_that_does_not_come_takes_no_turn(String path) throws Exception {
    for (int i = 0; i < MORE_THAN_TURNS; i++) {
      begin(path);
    }

    assertThat(server.post(path, "abc").body()).isEqualTo("got abc");
    assertThat(server.get(path).body()).isEqualTo("got ");
    unfinished.get(0).send("ab").send("c");
    assertThat(unfinished.get(0).until("got abc")).startsWith("HTTP/1.1 200 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {API, WEBHOOK, OTHER})
  void of_too_many_bodies_the_oldest_gives_way(String path) throws Exception {
    for (int i = 0; i < ArrivingBodies.MOST; i++) {
      begin(path);
    }
    assertThat(server.get(path).statusCode()).isEqualTo(200);

    RawConnection newest = begin(path);

    assertThat(unfinished.get(0).untilClosed())
        .startsWith("HTTP/1.1 408 ")
        .contains("/problems/request-timeout");
    unfinished.get(1).send("abc");
    assertThat(unfinished.get(1).until("got abc")).startsWith("HTTP/1.1 200 ");
    newest.send("abc");
    assertThat(newest.until("got abc")).startsWith("HTTP/1.1 200 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {API, OTHER})
  void a_file_in_a_form_is_not_taken(String path) throws Exception {
    String form =
        "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\nabc\r\n--b--";

    HttpResponse<String> response =
        server.post(path, form, "Content-Type", "multipart/form-data; boundary=b");

    assertThat(response.body()).isEqualTo("got ");
  }

  @Test
  void a_body_that_has_come_makes_room() throws Exception {
    RawConnection first = begin(API);
    for (int i = 1; i < ArrivingBodies.MOST; i++) {
      begin(API);
    }
    unfinished.get(1).send("abc").until("got abc");

    begin(WEBHOOK);
    begin(API);

    first.send("abc");
    assertThat(first.until("got abc")).startsWith("HTTP/1.1 200 ");
  }
}
