package io.paymentsaga.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The published OpenAPI document, as all HTTP traffic of the integration tests is held to it: an
 * answer is what the document promises and nothing else; a request that was carried out is one the
 * document allows; and what is refused for a reason a schema can tell, the document does not allow.
 */
public final class HttpContract {
  private static final HttpContract PUBLISHED = new HttpContract(new OpenApi().document());

  /** What callers act on: sent only where the document says so. */
  private static final List<String> TELLING_HEADERS =
      List.of("Location", "Retry-After", "WWW-Authenticate", "Allow");

  /** The faults a schema tells without fail. */
  private static final Set<String> TOLD_BY_SCHEMAS =
      Set.of(
          "required",
          "unknown-field",
          "too-short",
          "too-long",
          "too-many",
          "invalid-characters",
          "unknown-parameter");

  private static final JsonMapper JSON = new JsonMapper();

  private final JsonNode document;
  private final List<Operation> operations;
  private final DocumentSchemas schemas;

  HttpContract(String yaml) {
    try {
      document = new YAMLMapper().readTree(yaml);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
    operations = Operation.of(document);
    schemas = new DocumentSchemas(document);
  }

  /** Of the service as it is built. */
  public static HttpContract published() {
    return PUBLISHED;
  }

  JsonNode document() {
    return document;
  }

  public List<Operation> operations() {
    return operations;
  }

  DocumentSchemas schemas() {
    return schemas;
  }

  /**
   * Holds one call and its answer to the published document.
   *
   * @throws AssertionError when either breaks it
   */
  public static <T extends HttpResponse<String>> T held(String requestBody, T response) {
    HttpExchange exchange = HttpExchange.of(requestBody, response);
    List<String> faults = PUBLISHED.faults(exchange);
    if (!faults.isEmpty()) {
      throw new AssertionError(
          "Not as openapi.yaml has it: %s%n%s".formatted(exchange, String.join("\n", faults)));
    }
    return response;
  }

  List<String> faults(HttpExchange exchange) {
    Optional<Operation> operation = operation(exchange.method(), exchange.uri());
    if (operation.isEmpty()) {
      return exchange.status() >= 400
          ? answerFaults(document.at("/components/responses/Problem"), exchange)
          : List.of("the document has no such operation");
    }
    List<String> faults = new ArrayList<>();
    JsonNode response = operation.get().response(exchange.status());
    if (response.isMissingNode()) {
      faults.add("the document has no such status");
    } else {
      faults.addAll(answerFaults(response, exchange));
    }
    List<String> ofRequest = requestFaults(operation.get(), exchange);
    if (exchange.status() < 300) {
      faults.addAll(ofRequest);
    } else if (ofRequest.isEmpty()) {
      codes(exchange).stream()
          .filter(TOLD_BY_SCHEMAS::contains)
          .forEach(code -> faults.add("refused, but allowed by the document: " + code));
    }
    return faults;
  }

  public Optional<Operation> operation(String method, URI uri) {
    String asked = method.equals("HEAD") ? "GET" : method;
    return operations.stream()
        .filter(operation -> operation.method().equals(asked) && operation.serves(uri.getPath()))
        .min(Comparator.comparing(Operation::isTemplate));
  }

  private List<String> answerFaults(JsonNode response, HttpExchange exchange) {
    List<String> faults = new ArrayList<>(headerFaults(response.path("headers"), exchange));
    JsonNode content = response.path("content");
    String type = mediaType(exchange.headers().firstValue("Content-Type").orElse(""));
    if (!content.has(type)) {
      faults.add("the answer's media type is " + type);
    } else if (!exchange.method().equals("HEAD") && type.endsWith("json")) {
      faults.addAll(
          read(exchange.body())
              .map(body -> schemas.faultsIfClosed(content.path(type).path("schema"), body))
              .orElse(List.of("the answer is not JSON")));
    }
    return faults;
  }

  private List<String> headerFaults(JsonNode headers, HttpExchange exchange) {
    List<String> faults = new ArrayList<>();
    for (Map.Entry<String, JsonNode> header : headers.properties()) {
      JsonNode said = followed(header.getValue());
      Optional<String> value = exchange.headers().firstValue(header.getKey());
      if (value.isEmpty() && said.path("required").asBoolean()) {
        faults.add("the answer lacks " + header.getKey());
      }
      value
          .map(text -> schemas.faults(said.path("schema"), valueOf(text, said.path("schema"))))
          .ifPresent(faults::addAll);
    }
    TELLING_HEADERS.stream()
        .filter(name -> exchange.headers().firstValue(name).isPresent() && !headers.has(name))
        .forEach(name -> faults.add("the document does not promise " + name));
    return faults;
  }

  private List<String> requestFaults(Operation operation, HttpExchange exchange) {
    List<String> faults = new ArrayList<>(queryFaults(operation, exchange.uri().getRawQuery()));
    operation
        .pathParameters(exchange.uri().getPath())
        .forEach(
            (parameter, value) ->
                faults.addAll(
                    schemas.faults(
                        parameter.path("schema"), valueOf(value, parameter.path("schema")))));
    JsonNode body = operation.requestBody();
    if (exchange.requestBody().isEmpty()) {
      if (body.path("required").asBoolean()) {
        faults.add("the request lacks its body");
      }
      return faults;
    }
    JsonNode content = body.path("content").path(mediaType(exchange.requestType()));
    if (content.isMissingNode()) {
      faults.add("the request's media type is " + exchange.requestType());
    } else {
      faults.addAll(
          read(exchange.requestBody())
              .map(json -> schemas.faults(content.path("schema"), json))
              .orElse(List.of("the request is not JSON")));
    }
    return faults;
  }

  private List<String> queryFaults(Operation operation, String query) {
    List<String> faults = new ArrayList<>();
    Map<String, JsonNode> known =
        operation.queryParameters().stream()
            .collect(Collectors.toMap(p -> p.path("name").asText(), p -> p.path("schema")));
    for (String pair : query == null ? new String[0] : query.split("&", -1)) {
      String[] parts = pair.split("=", 2);
      JsonNode schema = known.get(parts[0]);
      if (schema == null) {
        faults.add("the document has no parameter " + parts[0]);
      } else {
        String text = URLDecoder.decode(parts[1], StandardCharsets.UTF_8);
        faults.addAll(schemas.faults(schema, valueOf(text, schema)));
      }
    }
    return faults;
  }

  private static JsonNode valueOf(String text, JsonNode schema) {
    JsonNodeFactory nodes = JSON.getNodeFactory();
    return switch (schema.path("type").asText()) {
      case "integer" ->
          text.matches("\\d{1,9}")
              ? nodes.numberNode(Integer.parseInt(text))
              : nodes.textNode(text);
      case "boolean" ->
          text.matches("true|false")
              ? nodes.booleanNode(text.equals("true"))
              : nodes.textNode(text);
      default -> nodes.textNode(text);
    };
  }

  private static List<String> codes(HttpExchange exchange) {
    return read(exchange.body())
        .map(problem -> problem.path("errors").findValuesAsText("code"))
        .orElse(List.of());
  }

  private JsonNode followed(JsonNode node) {
    return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
  }

  /** Without parameters, in lower case. */
  private static String mediaType(String contentType) {
    return contentType.replaceAll("\\s*;.*", "").toLowerCase(Locale.ROOT);
  }

  private static Optional<JsonNode> read(String text) {
    try {
      return Optional.of(JSON.readTree(text));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
