package io.paymentsaga.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.paymentsaga.payment.PaymentStatus;
import io.paymentsaga.proof.DifferenceKind;
import io.paymentsaga.saga.SagaState;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OpenApiTest {
  private static final HttpContract CONTRACT = HttpContract.published();
  private static final JsonNode DOCUMENT = CONTRACT.document();

  static Stream<Operation> operations() {
    return CONTRACT.operations().stream();
  }

  static Stream<Map.Entry<String, JsonNode>> schemas() {
    return DOCUMENT.at("/components/schemas").properties().stream();
  }

  @Test
  void the_document_is_openapi_3_1() throws IOException {
    JsonNode specification =
        new JsonMapper().readTree(OpenApiTest.class.getResource("/openapi/openapi-3.1.json"));
    Schema schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(specification);

    assertThat(schema.validate(DOCUMENT)).isEmpty();
    JsonNode broken = DOCUMENT.deepCopy();
    broken.withObject("/paths/~1health/get").put("sumary", "misspelt");
    assertThat(schema.validate(broken)).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void every_schema_is_one(Map.Entry<String, JsonNode> schema) {
    Schema metaSchema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));

    assertThat(metaSchema.validate(schema.getValue())).isEmpty();
  }

  @Test
  void every_reference_leads_somewhere_in_the_document_itself() {
    assertThat(DOCUMENT.findValuesAsText("$ref"))
        .isNotEmpty()
        .allMatch(ref -> ref.startsWith("#/") && !DOCUMENT.at(ref.substring(1)).isMissingNode());
  }

  @Test
  void every_route_is_an_operation_and_every_operation_a_route() throws IOException {
    Stream<String> mountedInJava =
        Stream.of(
            "showMetrics GET /metrics []",
            "showReference GET /docs []",
            "showReferenceFile GET /docs/{file} []");

    assertThat(operations())
        .extracting(
            operation ->
                "%s %s %s %s"
                    .formatted(
                        operation.id(), operation.method(), operation.path(), operation.scopes()))
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(
                    HttpRoute.all().stream()
                        .map(
                            route ->
                                "%s %s %s %s"
                                    .formatted(
                                        route.operationId(),
                                        route.method(),
                                        route.path(),
                                        route.scopes())),
                    mountedInJava)
                .toList());
  }

  @ParameterizedTest
  @MethodSource("operations")
  void an_operation_names_the_statuses_its_kind_has(Operation operation) {
    boolean token = !operation.scopes().isEmpty();
    if (token) {
      assertThat(operation.statuses()).contains("401", "403", "503");
    }
    if (operation.path().contains("Id}")) {
      assertThat(operation.statuses()).contains("404");
    }
    if (operation.node().has("requestBody")) {
      assertThat(operation.statuses()).contains("400", "413");
      assertThat(operation.statuses().contains("415")).isEqualTo(token);
    }
    assertThat(operation.node().path("responses").has("default")).isTrue();
  }

  @ParameterizedTest
  @MethodSource("operations")
  void every_example_is_what_its_schemas_promise(Operation operation) {
    for (JsonNode media : operation.requestBody().path("content")) {
      assertThat(media.path("examples")).isNotEmpty();
      for (JsonNode example : media.path("examples")) {
        assertThat(CONTRACT.schemas().faults(media.path("schema"), example.path("value")))
            .isEmpty();
      }
    }
    for (JsonNode response : operation.node().path("responses")) {
      for (JsonNode media : operation.follow(response).path("content")) {
        if (media.has("example")) {
          assertThat(CONTRACT.schemas().faultsIfClosed(media.path("schema"), media.path("example")))
              .isEmpty();
        }
      }
    }
    for (JsonNode parameter : operation.parameters()) {
      if (parameter.has("example")) {
        assertThat(CONTRACT.schemas().faults(parameter.path("schema"), parameter.path("example")))
            .isEmpty();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("operations")
  void every_operation_with_a_token_or_open_shows_a_command(Operation operation) {
    assertThat(operation.node().path("description").asText().contains("```sh\ncurl "))
        .isEqualTo(!operation.id().equals("receiveStripeWebhook"));
  }

  @Test
  void a_list_in_the_document_is_the_list_in_the_code() {
    assertThat(values("ProblemType")).isEqualTo(names(ProblemType.values(), ProblemType::uri));
    assertThat(values("ErrorCode")).isEqualTo(names(ErrorCode.values(), ErrorCode::code));
    assertThat(values("PaymentStatus")).isEqualTo(names(PaymentStatus.values(), Enum::name));
    assertThat(values("DifferenceKind")).isEqualTo(names(DifferenceKind.values(), Enum::name));
    assertThat(values("SagaState")).isEqualTo(names(SagaState.values(), Enum::name));
  }

  private static List<String> values(String schema) {
    return StreamSupport.stream(
            DOCUMENT.at("/components/schemas/" + schema + "/enum").spliterator(), false)
        .map(JsonNode::asText)
        .toList();
  }

  private static <E> List<String> names(E[] values, Function<E, String> name) {
    return Arrays.stream(values).map(name).toList();
  }
}
