package io.paymentsaga.messaging;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * The AsyncAPI document of the running service: {@code asyncapi/asyncapi.yaml}, with the very
 * schemas the service validates by in place of the references to them, and with its topics' prefix.
 */
public final class AsyncApi {
  private static final String SCHEMAS = "../schemas/";

  /** Texts stay quoted: in YAML 1.1, plain times and versions are read as something else. */
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .build();

  private final String document;

  /**
   * @param prefix before every topic's name, may be empty
   */
  public AsyncApi(String prefix) {
    try (InputStream template = AsyncApi.class.getResourceAsStream("/asyncapi/asyncapi.yaml")) {
      JsonNode root = YAML.readTree(template);
      inline(root, new SchemaFiles(EventCatalogue.SCHEMAS));
      for (JsonNode channel : root.path("channels")) {
        ((ObjectNode) channel).put("address", prefix + channel.path("address").textValue());
      }
      document = YAML.writeValueAsString(root);
    } catch (JsonProcessingException broken) {
      throw new IllegalStateException("asyncapi.yaml cannot be composed", broken);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The whole document, as YAML. */
  public String document() {
    return document;
  }

  private static void inline(JsonNode node, SchemaFiles files) {
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      String reference = field.getValue().path("$ref").asText();
      if (reference.startsWith(SCHEMAS)) {
        field.setValue(files.read(reference.substring(SCHEMAS.length())));
      } else {
        inline(field.getValue(), files);
      }
    }
  }
}
