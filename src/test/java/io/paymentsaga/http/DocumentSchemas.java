package io.paymentsaga.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The schemas of an OpenAPI document, compiled as they stand there: in JSON Schema 2020-12. */
final class DocumentSchemas {
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          registry ->
              registry.schemaRegistryConfig(
                  SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));

  private final JsonNode components;
  private final JsonNode closedComponents;
  private final Map<String, Schema> compiled = new ConcurrentHashMap<>();

  DocumentSchemas(JsonNode document) {
    components = document.path("components");
    closedComponents = closed(components);
  }

  /** What is wrong with a value, by the document's word. */
  List<String> faults(JsonNode schema, JsonNode value) {
    return faults("open", schema, components, value);
  }

  /** The same, and fields are faults that the document does not name. */
  List<String> faultsIfClosed(JsonNode schema, JsonNode value) {
    return faults("closed", closed(schema), closedComponents, value);
  }

  /** Where a value is wrong, as JSON pointers; what is missing or too much has one too. */
  List<String> places(JsonNode schema, JsonNode value) {
    return compiled("open", schema, components).validate(value).stream()
        .map(
            error ->
                error.getProperty() == null
                    ? error.getInstanceLocation().toString()
                    : error.getInstanceLocation() + "/" + escaped(error.getProperty()))
        .toList();
  }

  private static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  private List<String> faults(String kind, JsonNode schema, JsonNode parts, JsonNode value) {
    return compiled(kind, schema, parts).validate(value).stream().map(Object::toString).toList();
  }

  private Schema compiled(String kind, JsonNode schema, JsonNode parts) {
    return compiled.computeIfAbsent(
        kind + schema,
        key -> {
          ObjectNode root = schema.deepCopy();
          root.set("components", parts);
          return REGISTRY.getSchema(root);
        });
  }

  private static JsonNode closed(JsonNode node) {
    JsonNode copy = node.deepCopy();
    close(copy);
    return copy;
  }

  private static void close(JsonNode node) {
    if (node instanceof ObjectNode object
        && object.path("type").asText().equals("object")
        && object.has("properties")
        && !object.has("additionalProperties")) {
      object.put("additionalProperties", false);
    }
    node.forEach(DocumentSchemas::close);
  }
}
