package io.paymentsaga.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Which statement may write what, and where statements stand. */
class StatementsTest {
  private static final String STATEMENTS = "src/main/resources/sql";
  private static final Path ERASURE = Path.of(STATEMENTS, "erasure", "erase-payments.sql");
  private static final Pattern WRITES_PAYMENT = writes("payment");
  private static final Pattern WRITES_OUTBOX = writes("outbox");
  private static final Pattern STATEMENT =
      Pattern.compile("\"\\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH)\\s");

  @Test
  void only_the_door_and_the_checkout_write_payments_and_an_erasure_takes_their_receipt() {
    assertThat(statements(WRITES_PAYMENT))
        .containsExactly(
            ERASURE,
            Path.of(STATEMENTS, "payment", "apply-decision.sql"),
            Path.of(STATEMENTS, "payment", "insert-payment.sql"));
    assertThat(Sources.below(STATEMENTS, ".sql").get(ERASURE))
        .containsOnlyOnce("UPDATE payment p\n  SET receipt_url = NULL\n  FROM");
  }

  @Test
  void only_the_door_writes_events_and_only_the_relay_removes_them() {
    assertThat(statements(WRITES_OUTBOX))
        .containsExactly(
            Path.of(STATEMENTS, "messaging", "delete-outbox.sql"),
            Path.of(STATEMENTS, "payment", "apply-decision.sql"));
  }

  @Test
  void every_statement_begins_with_its_purpose() {
    assertThat(Sources.below(STATEMENTS, ".sql"))
        .isNotEmpty()
        .allSatisfy((file, text) -> assertThat(text).startsWith("-- "));
  }

  @Test
  void no_java_file_holds_a_statement() {
    assertThat(Sources.below("src/main/java", ".java"))
        .isNotEmpty()
        .allSatisfy((file, text) -> assertThat(text).doesNotContainPattern(STATEMENT));
  }

  private static List<Path> statements(Pattern writing) {
    return Sources.below(STATEMENTS, ".sql").entrySet().stream()
        .filter(statement -> writing.matcher(statement.getValue()).find())
        .map(statement -> statement.getKey())
        .toList();
  }

  private static Pattern writes(String table) {
    return Pattern.compile(
        "\\b(INSERT\\s+INTO|UPDATE|DELETE\\s+FROM|TRUNCATE|MERGE\\s+INTO)\\s+(ONLY\\s+)?"
            + table
            + "\\b",
        Pattern.CASE_INSENSITIVE);
  }
}
