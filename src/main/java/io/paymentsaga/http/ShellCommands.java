package io.paymentsaga.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * One operation of the OpenAPI document as commands for the shell, one for each example of its
 * body. What only the reader knows stands in variables: {@code SERVICE}, {@code TOKEN}, {@code
 * JSON}, and for a path parameter such as {@code paymentId} the variable {@code PAYMENT}.
 */
final class ShellCommands {
  private final JsonNode root;
  private final String path;
  private final JsonNode item;
  private final String method;
  private final JsonNode operation;

  /**
   * @param path the template, and what the document says of it
   * @param method in lower case
   */
  ShellCommands(JsonNode root, Map.Entry<String, JsonNode> path, String method) {
    this.root = root;
    this.path = path.getKey();
    this.item = path.getValue();
    this.method = method;
    this.operation = item.path(method);
  }

  /** None for an operation that is signed, which no fixed command can be. */
  List<String> all() {
    JsonNode security = operation.path("security");
    boolean open = security.isEmpty();
    if (!open && !security.path(0).has("token")) {
      return List.of();
    }
    StringBuilder call = new StringBuilder("curl -sS -w '\\n'");
    if (!open) {
      call.append(" -H \"$TOKEN\"");
    }
    JsonNode examples = operation.at("/requestBody/content/application~1json/examples");
    if (examples.isMissingNode()) {
      call.append(method.equals("get") ? "" : " -X " + method.toUpperCase(Locale.ROOT));
      return List.of(call + address());
    }
    call.append(" -H \"$JSON\"").append(address());
    List<String> commands = new ArrayList<>();
    examples.forEach(
        example -> commands.add(call + " -d " + quoted(example.path("value").toString())));
    return commands;
  }

  private String address() {
    String filled = path;
    StringBuilder query = new StringBuilder();
    for (JsonNode parameter : parameters().toList()) {
      String name = parameter.path("name").asText();
      String example = parameter.path("example").asText();
      if (parameter.path("in").asText().equals("path")) {
        filled =
            filled.replace(
                "{" + name + "}", name.endsWith("Id") ? variable(name) : encoded(example));
      } else if (parameter.path("in").asText().equals("query") && !example.isEmpty()) {
        query.append(query.isEmpty() ? "?" : "&").append(name).append("=").append(encoded(example));
      }
    }
    return " \"$SERVICE" + filled + query + "\"";
  }

  private Stream<JsonNode> parameters() {
    return Stream.of(item.path("parameters"), operation.path("parameters"))
        .flatMap(list -> StreamSupport.stream(list.spliterator(), false))
        .map(
            parameter ->
                parameter.has("$ref")
                    ? root.at(parameter.path("$ref").asText().substring(1))
                    : parameter);
  }

  /** {@code deadLetterId} is {@code $DEAD_LETTER}. */
  private static String variable(String name) {
    String words = name.substring(0, name.length() - "Id".length());
    return "$" + words.replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
