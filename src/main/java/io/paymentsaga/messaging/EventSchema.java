package io.paymentsaga.messaging;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.util.stream.Collectors;

/** One JSON Schema (2020-12), compiled. {@code format} is checked. */
final class EventSchema {
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          registry ->
              registry.schemaRegistryConfig(
                  SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));

  private final Schema compiled;

  private EventSchema(JsonNode schema) {
    compiled = REGISTRY.getSchema(schema);
    compiled.initializeValidators();
  }

  /** As it is: what it does not name is let through. */
  static EventSchema open(ObjectNode schema) {
    return new EventSchema(schema);
  }

  /** Without a word about them in the schema, fields are refused, at every depth. */
  static EventSchema closed(ObjectNode schema) {
    ObjectNode closed = schema.deepCopy();
    close(closed);
    return new EventSchema(closed);
  }

  private static void close(JsonNode node) {
    if (node.path("properties").isObject()) {
      ((ObjectNode) node).put("additionalProperties", false);
    }
    node.forEach(EventSchema::close);
  }

  /**
   * What is wrong with a value, each fault with the JSON pointer of its field and without what
   * stands there; empty when nothing is.
   */
  String faults(JsonNode value) {
    return compiled.validate(value).stream()
        .map(EventSchema::describe)
        .collect(Collectors.joining("; "));
  }

  private static String describe(Error error) {
    String field = error.getProperty() == null ? "" : "/" + escaped(error.getProperty());
    String pointer = error.getInstanceLocation() + field;
    return (pointer.isEmpty() ? "the whole" : pointer) + ": " + error.getMessage();
  }

  /** RFC 6901. */
  private static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }
}
