package io.paymentsaga.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * One operation of an OpenAPI document, its references followed.
 *
 * @param path the template
 * @param method in upper case
 * @param node the operation itself
 * @param parameters those of its path too
 */
public record Operation(
    JsonNode document, String path, String method, JsonNode node, List<JsonNode> parameters) {
  private static final List<String> METHODS = List.of("get", "post", "put", "patch", "delete");

  static List<Operation> of(JsonNode document) {
    List<Operation> operations = new ArrayList<>();
    document
        .path("paths")
        .properties()
        .forEach(
            path ->
                METHODS.stream()
                    .filter(path.getValue()::has)
                    .map(method -> of(document, path.getKey(), path.getValue(), method))
                    .forEach(operations::add));
    return operations;
  }

  private static Operation of(JsonNode document, String path, JsonNode item, String method) {
    List<JsonNode> parameters =
        Stream.of(item.path("parameters"), item.path(method).path("parameters"))
            .flatMap(list -> StreamSupport.stream(list.spliterator(), false))
            .map(parameter -> followed(document, parameter))
            .toList();
    return new Operation(
        document, path, method.toUpperCase(Locale.ROOT), item.path(method), parameters);
  }

  public String id() {
    return node.path("operationId").asText();
  }

  /** Whether the template stands for this path; whole segments only. */
  public boolean serves(String concrete) {
    return concrete.matches(path.replace(".", "\\.").replaceAll("\\{\\w+}", "[^/]+"));
  }

  boolean isTemplate() {
    return path.contains("{");
  }

  /** The scopes each of which opens it; empty when it is open or signed. */
  public List<String> scopes() {
    return StreamSupport.stream(node.path("security").spliterator(), false)
        .flatMap(way -> StreamSupport.stream(way.path("token").spliterator(), false))
        .map(JsonNode::asText)
        .toList();
  }

  /** The examples of its body, as JSON. */
  public List<String> examples() {
    return StreamSupport.stream(
            requestBody().at("/content/application~1json/examples").spliterator(), false)
        .map(example -> example.path("value").toString())
        .toList();
  }

  /** The commands its description shows, each on a line of its own. */
  public List<String> commands() {
    return node.path("description")
        .asText()
        .lines()
        .filter(line -> line.startsWith("curl "))
        .toList();
  }

  List<JsonNode> queryParameters() {
    return parameters.stream().filter(p -> p.path("in").asText().equals("query")).toList();
  }

  /** The parameters of its path, each with its value in a path it serves. */
  Map<JsonNode, String> pathParameters(String concrete) {
    List<String> template = List.of(path.split("/", -1));
    String[] segments = concrete.split("/", -1);
    return parameters.stream()
        .filter(p -> p.path("in").asText().equals("path"))
        .collect(
            Collectors.toMap(
                p -> p, p -> segments[template.indexOf("{" + p.path("name").asText() + "}")]));
  }

  JsonNode requestBody() {
    return node.path("requestBody");
  }

  /** The statuses it names. */
  public TreeSet<String> statuses() {
    TreeSet<String> statuses = new TreeSet<>();
    node.path("responses").fieldNames().forEachRemaining(statuses::add);
    statuses.remove("default");
    return statuses;
  }

  /** What it says of a status; of any other problem when it does not name it. */
  JsonNode response(int status) {
    JsonNode responses = node.path("responses");
    JsonNode named = responses.path(Integer.toString(status));
    return followed(
        document, named.isMissingNode() && status >= 400 ? responses.path("default") : named);
  }

  JsonNode follow(JsonNode node) {
    return followed(document, node);
  }

  private static JsonNode followed(JsonNode document, JsonNode node) {
    return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
  }
}
