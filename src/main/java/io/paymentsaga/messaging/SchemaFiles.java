package io.paymentsaga.messaging;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The schemas as they stand in their files. A file takes in what it shares with others by {@code
 * "allOf": [{"$ref": "parts/….json"}]}; whoever reads one here gets a schema that needs no other.
 */
final class SchemaFiles {
  private static final JsonMapper JSON = new JsonMapper();

  /** Where two files both say one of these, the one that takes in the other has the word. */
  private static final Set<String> WORDS = Set.of("$schema", "title", "description");

  private final String directory;

  /**
   * @param directory on the class path, for example {@code /schemas/}
   */
  SchemaFiles(String directory) {
    this.directory = directory;
  }

  /** The schema in this file, without references. */
  ObjectNode read(String file) {
    try (InputStream stream = SchemaFiles.class.getResourceAsStream(directory + file)) {
      JsonNode schema = JSON.readTree(Objects.requireNonNull(stream, directory + file));
      return (ObjectNode) resolved(schema, URI.create(file));
    } catch (IOException e) {
      throw new UncheckedIOException(directory + file, e);
    }
  }

  private JsonNode resolved(JsonNode node, URI file) {
    if (node.isArray()) {
      ArrayNode array = JSON.createArrayNode();
      node.forEach(each -> array.add(resolved(each, file)));
      return array;
    }
    if (!node.isObject()) {
      return node;
    }
    ObjectNode own = JSON.createObjectNode();
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (!field.getKey().equals("allOf")) {
        own.set(field.getKey(), resolved(field.getValue(), file));
      }
    }
    // The words of the file itself come first, and are the last to be said.
    ObjectNode whole = own.deepCopy().retain(WORDS);
    for (JsonNode part : node.path("allOf")) {
      addAll(whole, read(referred(part, file)).without("$schema"));
    }
    addAll(whole, own);
    return whole;
  }

  private static String referred(JsonNode part, URI file) {
    return file.resolve(part.required("$ref").textValue()).toString();
  }

  private static void addAll(ObjectNode whole, ObjectNode more) {
    for (Map.Entry<String, JsonNode> field : more.properties()) {
      String name = field.getKey();
      JsonNode value = field.getValue();
      JsonNode present = whole.get(name);
      if (present == null || WORDS.contains(name)) {
        whole.set(name, value);
      } else if (present.isObject() && value.isObject()) {
        addAll((ObjectNode) present, (ObjectNode) value);
      } else if (name.equals("required")) {
        ((ArrayNode) present).addAll((ArrayNode) value);
      } else if (!present.equals(value)) {
        throw new IllegalStateException("two files say different things of " + name);
      }
    }
  }
}
