package io.paymentsaga.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the tests of the service would notice. */
class HttpContractTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final HttpContract CONTRACT = HttpContract.published();
  private static final String REFUNDS = "/api/v1/payments/p1/refunds";

  private static final Map<String, List<String>> HEADERS =
      Map.of("X-Correlation-Id", List.of("c1"), "Content-Type", List.of("application/json"));

  private static List<String> faults(
      String method,
      String path,
      String request,
      int status,
      Map<String, List<String>> headers,
      String answer) {
    return CONTRACT.faults(
        new HttpExchange(
            method,
            URI.create("http://localhost" + path),
            "application/json",
            request,
            status,
            HttpHeaders.of(headers, (name, value) -> true),
            answer));
  }

  private static ObjectNode refund() {
    JsonNode example = CONTRACT.operation("POST", URI.create(REFUNDS)).orElseThrow().response(202);
    return example.at("/content/application~1json/example").deepCopy();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "refundId  | 7",
        "amount    | 1.5",
        "status    | \"lost\"",
        "createdAt | \"yesterday\"",
        "surprise  | 1",
      })
  void a_field_the_document_does_not_promise_is_noticed(String field, String value)
      throws JsonProcessingException {
    ObjectNode answer = refund();
    assertThat(faults("POST", REFUNDS, "{}", 202, HEADERS, answer.toString())).isEmpty();

    answer.set(field, JSON.readTree(value));

    assertThat(faults("POST", REFUNDS, "{}", 202, HEADERS, answer.toString())).isNotEmpty();
  }

  @Test
  void a_field_that_is_promised_and_missing_is_noticed() {
    ObjectNode answer = refund().without("reason");

    assertThat(faults("POST", REFUNDS, "{}", 202, HEADERS, answer.toString())).hasSize(1);
  }

  @Test
  void headers_are_noticed_that_are_missing_or_not_promised() {
    String answer = refund().toString();

    assertThat(
            faults(
                "POST",
                REFUNDS,
                "{}",
                202,
                Map.of("Content-Type", List.of("application/json"), "Location", List.of("/")),
                answer))
        .containsExactlyInAnyOrder(
            "the answer lacks X-Correlation-Id", "the document does not promise Location");
  }

  @Test
  void a_status_and_a_media_type_are_noticed_that_are_not_promised() {
    assertThat(faults("POST", REFUNDS, "{}", 200, HEADERS, "{}"))
        .containsExactly("the document has no such status");
    assertThat(
            faults(
                "GET",
                "/health/live",
                "",
                200,
                Map.of("X-Correlation-Id", List.of("c"), "Content-Type", List.of("text/html")),
                ""))
        .containsExactly("the answer's media type is text/html");
  }

  @Test
  void an_operation_that_is_not_in_the_document_is_noticed() {
    assertThat(faults("GET", "/api/v2/payments", "", 200, HEADERS, "{}"))
        .containsExactly("the document has no such operation");
  }

  @Test
  void a_request_is_noticed_that_is_carried_out_and_not_allowed() {
    String answer = refund().toString();

    assertThat(faults("POST", REFUNDS, "{\"amuont\":1}", 202, HEADERS, answer)).hasSize(1);
    assertThat(faults("POST", REFUNDS, "{\"amount\":0}", 202, HEADERS, answer)).hasSize(1);
    assertThat(faults("GET", "/api/v1/sagas?stuk=true", "", 200, HEADERS, "{\"items\":[]}"))
        .containsExactly("the document has no parameter stuk");
  }

  @Test
  void a_request_is_noticed_that_is_refused_and_allowed() {
    String problem =
        """
        {"type":"/problems/validation","title":"t","status":400,"detail":"d","correlationId":"c",
         "errors":[{"pointer":"/note","code":"too-long","message":"m"}]}
        """;
    Map<String, List<String>> headers =
        Map.of(
            "X-Correlation-Id", List.of("c"),
            "Content-Type", List.of("application/problem+json"));

    assertThat(faults("POST", REFUNDS, "{\"note\":\"n\"}", 400, headers, problem))
        .containsExactly("refused, but allowed by the document: too-long");
    assertThat(faults("POST", REFUNDS, "{\"amount\":\"1\"}", 400, headers, problem)).isEmpty();
  }
}
