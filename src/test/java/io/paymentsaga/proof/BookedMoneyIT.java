package io.paymentsaga.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.paymentsaga.operations.SeededPayments;
import io.paymentsaga.sandbox.SandboxEnvironment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

class BookedMoneyIT {
  private static final int MANY = 20_000;
  private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");

  @RegisterExtension static final SandboxEnvironment sandbox = new SandboxEnvironment();
  private static JdbcClient database;
  private static BookedMoney books;

  @BeforeAll
  static void fill() {
    Flyway.configure().dataSource(sandbox.database().dataSource()).load().migrate();
    SeededPayments.fill(sandbox.database().dataSource(), 100);
    database = JdbcClient.create(sandbox.database().dataSource());
    books = new BookedMoney(database, BookedMoneyIT::statement);
  }

  /** All of one day, on which nobody checked out. */
  @Test
  void a_slice_ends_where_it_has_many_refunds() {
    database
        .sql(
            """
            INSERT INTO refund (refund_id, payment_id, amount, status, created_at, updated_at)
            SELECT 'many-' || n, (SELECT payment_id FROM payment LIMIT 1), 1, 'FAILED',
              timestamptz '2020-01-01Z' + n * interval '4 seconds', now()
            FROM generate_series(0, :many - 1) AS n
            """)
        .param("many", MANY)
        .update();

    Instant from = LONG_AGO;
    int slices = 0;
    while (from.isBefore(LONG_AGO.plus(Duration.ofHours(20)))) {
      Instant end = books.endOfSlice(from, LONG_AGO.plus(Duration.ofDays(1)));
      assertThat(refunds(from, end)).isLessThanOrEqualTo(5_000);
      from = end;
      slices++;
    }
    assertThat(slices).isBetween(4, 5);
  }

  private static int refunds(Instant from, Instant to) {
    return database
        .sql("SELECT count(*) FROM refund WHERE created_at >= :from AND created_at < :to")
        .param("from", BookedMoney.utc(from))
        .param("to", BookedMoney.utc(to))
        .query(Integer.class)
        .single();
  }

  private static String statement(String path) {
    try {
      return Files.readString(Path.of("src/main/resources", path));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
