package io.paymentsaga.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The OpenAPI document of the running service: {@code openapi/openapi.yaml} with its anchors
 * resolved, the parameters of a path with each of its operations, and in each operation's
 * description commands for the shell, made of its examples.
 */
public final class OpenApi {
  private static final List<String> METHODS = List.of("get", "post", "put", "patch", "delete");

  /** Texts stay quoted: in YAML 1.1, plain times and versions are read as something else. */
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .enable(YAMLGenerator.Feature.LITERAL_BLOCK_STYLE)
          .build();

  private final String document;

  public OpenApi() {
    JsonNode root = read();
    root.path("paths").properties().forEach(path -> addCommands(root, path));
    root.path("paths").forEach(OpenApi::moveParameters);
    try {
      document = YAML.writeValueAsString(root);
    } catch (JsonProcessingException broken) {
      throw new IllegalStateException("openapi.yaml cannot be composed", broken);
    }
  }

  /** The whole document, as YAML. */
  public String document() {
    return document;
  }

  /** Jackson alone would take an alias for a text. */
  private static JsonNode read() {
    LoaderOptions options = new LoaderOptions();
    options.setMaxAliasesForCollections(Integer.MAX_VALUE);
    try (InputStream file = OpenApi.class.getResourceAsStream("/openapi/openapi.yaml")) {
      Object loaded = new Yaml(new SafeConstructor(options)).load(file);
      return YAML.valueToTree(loaded);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void addCommands(JsonNode root, Map.Entry<String, JsonNode> path) {
    for (String method : METHODS) {
      if (path.getValue().get(method) instanceof ObjectNode operation) {
        List<String> commands = new ShellCommands(root, path, method).all();
        if (!commands.isEmpty()) {
          operation.put(
              "description",
              (operation.path("description").asText()
                      + "\n\n```sh\n"
                      + String.join("\n", commands)
                      + "\n```")
                  .strip());
        }
      }
    }
  }

  /** Swagger UI does not follow references to the parameters of a whole path. */
  private static void moveParameters(JsonNode path) {
    JsonNode shared = ((ObjectNode) path).remove("parameters");
    for (JsonNode operation : path) {
      ArrayNode parameters = YAML.createArrayNode();
      shared.forEach(parameters::add);
      operation.path("parameters").forEach(parameters::add);
      ((ObjectNode) operation).set("parameters", parameters);
    }
  }
}
