package io.paymentsaga.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.paymentsaga.messaging.SchemaCompatibility.Direction;
import io.paymentsaga.payment.EventType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What may change within version 1, and that nothing else has. */
class SchemaCompatibilityTest {
  /** The last release of version 1; a release puts a copy of src/main/resources/schemas here. */
  private static final String RELEASED = "/schemas/released/1.0.0/";

  private static final JsonMapper JSON = new JsonMapper();
  private static final String SCHEMA =
      """
      {"title": "a title", "type": "object", "required": ["id", "kind"],
       "properties": {
         "id": {"type": "string", "minLength": 1, "maxLength": 9, "pattern": "^[a-z]+$"},
         "kind": {"enum": ["a", "b"]},
         "note": {"type": ["string", "null"]},
         "lines": {"type": "array", "items": {"type": "object", "required": ["n"],
           "properties": {"n": {"type": "integer", "minimum": 1}}}}}}
      """;

  static Stream<String> releasedFiles() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/test/resources" + RELEASED))) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("releasedFiles")
  void todays_schema_keeps_what_the_released_one_promised(String file) {
    Set<String> published =
        Arrays.stream(EventType.values()).map(EventCatalogue::file).collect(Collectors.toSet());

    assertThat(
            SchemaCompatibility.breaks(
                published.contains(file) ? Direction.PUBLISHED : Direction.READ,
                new SchemaFiles(RELEASED).read(file),
                new SchemaFiles(EventCatalogue.SCHEMAS).read(file)))
        .isEmpty();
  }

  @Test
  void every_type_of_this_version_has_a_file() throws IOException {
    assertThat(releasedFiles())
        .contains("payment.completed.json", "order.created.json", "order.created.flat.json");
  }

  @Test
  void words_and_new_optional_fields_break_nothing() {
    for (Direction direction : Direction.values()) {
      assertThat(breaks(direction, "", "title", "\"another\"")).isEmpty();
      assertThat(breaks(direction, "/properties", "more", "{\"type\": \"string\"}")).isEmpty();
      assertThat(breaks(direction, "/properties/lines/items/properties", "more", "{}")).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          PUBLISHED | /properties                          | id                   |                        | /properties/id is gone
          PUBLISHED | /properties                          | note                 |                        | /properties/note is gone
          PUBLISHED | ''                                   | required             | ["id"]                 | kind is no longer promised
          PUBLISHED | ''                                   | required             | ["id", "kind", "note"] | note was optional or not there
          PUBLISHED | ''                                   | required             | ["id", "kind", "more"] | more was optional or not there
          PUBLISHED | /properties/id                       | type                 | "integer"              | /properties/id/type was
          PUBLISHED | /properties/id                       | pattern              | "^[a-z0-9]+$"          | /properties/id/pattern was
          PUBLISHED | /properties/id                       | maxLength            | 10                     | /properties/id/maxLength was
          PUBLISHED | /properties/id                       | format               | "uuid"                 | /properties/id/format was
          PUBLISHED | /properties/kind                     | enum                 | ["a"]                  | /properties/kind/enum was
          PUBLISHED | /properties/kind                     | enum                 | ["a", "b", "c"]        | /properties/kind/enum was
          PUBLISHED | ''                                   | additionalProperties | false                  | /additionalProperties was
          PUBLISHED | /properties/lines/items              | required             | []                     | n is no longer promised
          PUBLISHED | /properties/lines/items/properties/n | minimum              | 0                      | /n/minimum was
          READ      | /properties                          | id                   |                        | /properties/id is gone
          READ      | ''                                   | required             | ["id", "kind", "note"] | note was optional
          READ      | /properties/id                       | type                 | "integer"              | /properties/id/type was
          READ      | /properties/note                     | type                 | "string"               | /properties/note/type was
          READ      | /properties/id                       | maxLength            | 8                      | /properties/id/maxLength was
          READ      | /properties/id                       | minLength            | 2                      | /properties/id/minLength was
          READ      | /properties/id                       | pattern              | "^[a-z0-9]+$"          | /properties/id/pattern was
          READ      | /properties/kind                     | enum                 | ["a"]                  | /properties/kind/enum was
          READ      | /properties/note                     | const                | "x"                    | /properties/note/const was
          """)
  void a_promise_that_is_broken_is_found(
      Direction direction, String parent, String keyword, String value, String broken) {
    assertThat(breaks(direction, unquoted(parent), keyword, value))
        .singleElement()
        .asString()
        .contains(broken);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ''               | required  | ["id"]
          /properties/id   | type      | ["string", "integer"]
          /properties/id   | maxLength | 10
          /properties/id   | pattern   |
          /properties/kind | enum      | ["a", "b", "c"]
          """)
  void more_may_be_read_than_before(String parent, String keyword, String value) {
    assertThat(breaks(Direction.READ, unquoted(parent), keyword, value)).isEmpty();
  }

  private static String unquoted(String parent) {
    return parent.equals("''") ? "" : parent;
  }

  /**
   * What it breaks to set a keyword of the schema.
   *
   * @param value as JSON, null to take the keyword out
   */
  private static List<String> breaks(
      Direction direction, String parent, String keyword, String value) {
    JsonNode released = read(SCHEMA);
    ObjectNode today = released.deepCopy();
    ObjectNode changed = (ObjectNode) today.at(parent);
    if (value == null) {
      changed.remove(keyword);
    } else {
      changed.set(keyword, read(value));
    }
    return SchemaCompatibility.breaks(direction, released, today);
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }
}
