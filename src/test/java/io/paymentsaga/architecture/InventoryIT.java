package io.paymentsaga.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The inventory that `mvn package` writes. */
class InventoryIT {
  private static final Path INVENTORY = Path.of("target", "bom.json");
  private static final Path LIBRARIES = Path.of("target", "lib");

  /** Each lets the service be used, changed and sold. */
  private static final Pattern ACCEPTED =
      Pattern.compile(
          "Apache-2\\.0|MIT|MIT-0|BSD-[23]-Clause|CC0-1\\.0|EPL-[12]\\.0|EDL-1\\.0|.*Apache.*2\\.0.*|.*Eclipse"
              + " Distribution License.*|.*BSD.*|Public Domain.*");

  private static List<JsonNode> components;

  @BeforeAll
  static void read() throws IOException {
    JsonNode bom = new JsonMapper().readTree(INVENTORY.toFile());
    components =
        StreamSupport.stream(bom.path("components").spliterator(), false)
            .collect(Collectors.toList());
  }

  @Test
  void every_library_that_is_shipped_is_in_it_and_nothing_else() throws IOException {
    try (Stream<Path> files = Files.list(LIBRARIES)) {
      Set<String> shipped =
          files.map(Path::toFile).map(File::getName).collect(Collectors.toCollection(TreeSet::new));
      Set<String> named =
          components.stream()
              .map(
                  each -> each.path("name").asText() + "-" + each.path("version").asText() + ".jar")
              .collect(Collectors.toCollection(TreeSet::new));

      assertThat(named).isEqualTo(shipped);
    }
  }

  @Test
  void every_library_has_a_licence_that_is_accepted_and_a_checksum() {
    assertThat(components)
        .isNotEmpty()
        .allSatisfy(
            component -> {
              assertThat(licences(component))
                  .as(component.path("name").asText())
                  .anyMatch(licence -> ACCEPTED.matcher(licence).matches());
              assertThat(component.path("hashes").findValuesAsText("alg")).contains("SHA-256");
            });
  }

  private static List<String> licences(JsonNode component) {
    return StreamSupport.stream(component.path("licenses").spliterator(), false)
        .map(
            entry ->
                entry.has("expression")
                    ? entry.path("expression").asText()
                    : entry.at("/license/id").asText(entry.at("/license/name").asText()))
        .toList();
  }
}
