package io.paymentsaga.messaging;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;

/** Schemas as a consumer of the published document compiles them. */
public final class CompiledSchemas {
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          registry ->
              registry.schemaRegistryConfig(
                  SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));

  private CompiledSchemas() {}

  /** A schema that needs no other; {@code format} is checked. */
  public static Schema of(JsonNode schema) {
    return REGISTRY.getSchema(schema);
  }
}
