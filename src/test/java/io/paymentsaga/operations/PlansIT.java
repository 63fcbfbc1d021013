package io.paymentsaga.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.paymentsaga.sandbox.SandboxEnvironment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * How PostgreSQL carries out every statement of the service, whatever its parameters are: the plan
 * made without knowing them, for all filters of a list at once. Each is left to be read in {@code
 * target/plans}.
 */
class PlansIT {
  private static final Path STATEMENTS = Path.of("src/main/resources/sql");
  private static final Path PLANS = Path.of("target/plans");
  private static final JsonMapper JSON = new JsonMapper();

  /** Enough for a scan of all of them to cost more than an index. */
  private static final long PAYMENTS = 20_000;

  /** Tables that hold a few rows, or one an hour and currency, however long the service runs. */
  private static final Set<String> SMALL =
      Set.of(
          "relay_shard",
          "relay_instance",
          "retention_job",
          "stripe_event_sweep",
          "payment_statistic",
          "payment_transition",
          "saga_transition");

  /** What a statement may sort: a page, or a batch. */
  private static final int MOST_SORTED = 2_000;

  /** {@code :name} of Spring's, {@code :#name} and <code>:#${expression}</code> of Camel's. */
  private static final Pattern PARAMETER =
      Pattern.compile("(?<![:\\w]):(?:#\\$\\{([^}]+)}|#?([A-Za-z]\\w*))");

  private static final Pattern COMMENT = Pattern.compile("--.*");

  /** Parameters whose type the driver tells and the statement does not. */
  private static final Map<String, String> TYPES =
      Map.of(
          "saga/from", "text[]",
          "from", "timestamptz",
          "stepsDone", "text[]",
          "sagaIds", "text[]",
          "leaseOwners", "text[]",
          "completionUri", "text",
          "timeout", "bigint",
          "firstLook", "bigint");

  @RegisterExtension static final SandboxEnvironment sandbox = new SandboxEnvironment();
  private static JdbcClient database;

  @BeforeAll
  static void fill() {
    Flyway.configure().dataSource(sandbox.database().dataSource()).load().migrate();
    SeededPayments.fill(sandbox.database().dataSource(), PAYMENTS);
    PGSimpleDataSource unprepared = (PGSimpleDataSource) sandbox.database().dataSource();
    unprepared.setPreferQueryMode(org.postgresql.jdbc.PreferQueryMode.SIMPLE);
    unprepared.setOptions("-c random_page_cost=1.1");
    database = JdbcClient.create(unprepared);
  }

  /**
   * Without those of retention: a batch of theirs is more than the tables hold here. And without
   * the one that looks through all waiting events, for as long as a topic takes none.
   */
  static List<Path> statements() throws IOException {
    try (Stream<Path> files = Files.walk(STATEMENTS)) {
      return files
          .filter(file -> file.toString().endsWith(".sql"))
          .filter(file -> !file.endsWith("messaging/vacuum-outbox.sql"))
          .filter(file -> !file.endsWith("messaging/read-outbox-past-types.sql"))
          .filter(file -> !file.getParent().endsWith("retention"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("statements")
  void a_statement_reads_no_growing_table_as_a_whole(Path statement) throws IOException {
    Path plan = PLANS.resolve(area(statement)).resolve(statement.getFileName());
    Files.createDirectories(plan.getParent());
    Files.write(plan, explained(statement, "TEXT"));

    assertThat(nodes(plan(statement)))
        .filteredOn(node -> node.path("Node Type").asText().endsWith("Seq Scan"))
        .extracting(node -> node.path("Relation Name").asText())
        .allMatch(SMALL::contains);
  }

  @ParameterizedTest
  @MethodSource("statements")
  void a_statement_sorts_a_page_at_the_most(Path statement) {
    assertThat(nodes(plan(statement)))
        .filteredOn(node -> node.path("Node Type").asText().endsWith("Sort"))
        .extracting(node -> node.path("Plan Rows").asInt())
        .allMatch(rows -> rows <= MOST_SORTED);
  }

  @Test
  void a_statement_that_reads_a_growing_table_as_a_whole_would_be_seen() {
    assertThat(
            nodes(
                json(
                    explained(
                        "payment",
                        "SELECT FROM payment WHERE amount = :amount ORDER BY receipt_url",
                        "JSON"))))
        .extracting(node -> node.path("Node Type").asText())
        .contains("Sort", "Seq Scan");
  }

  private static JsonNode plan(Path statement) {
    return json(explained(statement, "JSON"));
  }

  private static JsonNode json(List<String> plan) {
    try {
      return JSON.readTree(plan.get(0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String area(Path statement) {
    return statement.getParent().getFileName().toString();
  }

  private static List<String> explained(Path statement, String format) {
    try {
      return explained(area(statement), Files.readString(statement), format);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> explained(String area, String statement, String format) {
    List<String> names = new ArrayList<>();
    String numbered =
        PARAMETER
            .matcher(COMMENT.matcher(statement).replaceAll(""))
            .replaceAll(
                found -> {
                  String name = found.group(1) == null ? found.group(2) : found.group(1);
                  if (!names.contains(name)) {
                    names.add(name);
                  }
                  String type = TYPES.getOrDefault(area + "/" + name, TYPES.get(name));
                  boolean told = found.group().startsWith(":#") || type == null;
                  return "\\$" + (names.indexOf(name) + 1) + (told ? "" : "::" + type);
                });
    return database
        .sql("EXPLAIN (GENERIC_PLAN, FORMAT " + format + ") " + numbered)
        .query(String.class)
        .list();
  }

  private static List<JsonNode> nodes(JsonNode plan) {
    return plan.findParents("Node Type");
  }
}
