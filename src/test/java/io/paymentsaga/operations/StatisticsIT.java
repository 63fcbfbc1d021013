package io.paymentsaga.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.paymentsaga.sandbox.SandboxEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The figures of all payments, against a count of the payments themselves. */
class StatisticsIT {
  private static final Path STATEMENTS = Path.of("src/main/resources/sql");
  private static final long PAYMENTS = 3_000;

  @RegisterExtension static final SandboxEnvironment sandbox = new SandboxEnvironment();
  private static JdbcClient database;
  private static Instant now;

  @BeforeAll
  static void fill() {
    Flyway.configure().dataSource(sandbox.database().dataSource()).load().migrate();
    SeededPayments.fill(sandbox.database().dataSource(), PAYMENTS);
    database = JdbcClient.create(sandbox.database().dataSource());
    now = Instant.now();
  }

  @Test
  void the_figures_are_exact_for_any_period_before_and_after_they_are_summed_up() {
    assertExact();

    sumUp();
    refundSome();

    assertExact();
    sumUp();
    assertThat(changes()).isZero();
    assertExact();
  }

  @Test
  void many_may_sum_up_at_once_while_payments_change() {
    List<CompletableFuture<?>> all =
        IntStream.range(0, 12)
            .<CompletableFuture<?>>mapToObj(
                number ->
                    CompletableFuture.runAsync(
                        number % 3 == 0 ? StatisticsIT::refundSome : StatisticsIT::sumUp))
            .toList();

    all.forEach(CompletableFuture::join);

    assertExact();
  }

  private static void assertExact() {
    Instant hour = now.truncatedTo(ChronoUnit.HOURS);
    assertExact(null, null);
    assertExact(hour.minus(100, ChronoUnit.DAYS), null);
    assertExact(null, hour.minus(100, ChronoUnit.DAYS));
    assertExact(hour.minus(200, ChronoUnit.DAYS), hour.minus(100, ChronoUnit.DAYS));
    assertExact(hour.minus(7_000, ChronoUnit.MINUTES), hour.minus(130, ChronoUnit.MINUTES));
    assertExact(hour.minus(7_000, ChronoUnit.MINUTES), hour.minus(6_990, ChronoUnit.MINUTES));
    assertExact(now.minus(3, ChronoUnit.DAYS), now);
    assertExact(now, now.minus(3, ChronoUnit.DAYS));
  }

  private static void assertExact(Instant from, Instant to) {
    assertThat(figures(from, to)).as("from %s to %s", from, to).isEqualTo(counted(from, to));
  }

  private static String figures(Instant from, Instant to) {
    return bounded(statement("payment/read-statistics").replace(":#", ":"), from, to);
  }

  private static String counted(Instant from, Instant to) {
    return bounded(
        """
        SELECT json_build_object('items', coalesce(json_agg(json_build_object(
          'status', status, 'currency', currency, 'count', count, 'amount', amount,
          'refundedAmount', refunded) ORDER BY status, currency), '[]'))::text
        FROM (
          SELECT status, currency, count(*), sum(amount) AS amount, sum(refunded_amount) AS refunded
          FROM payment
          WHERE created_at >= coalesce(:from::timestamptz, '-infinity')
            AND created_at < coalesce(:to::timestamptz, 'infinity')
          GROUP BY status, currency) AS figure
        """,
        from,
        to);
  }

  private static String bounded(String statement, Instant from, Instant to) {
    return database
        .sql(statement)
        .param("from", utc(from), java.sql.Types.TIMESTAMP_WITH_TIMEZONE)
        .param("to", utc(to), java.sql.Types.TIMESTAMP_WITH_TIMEZONE)
        .query(String.class)
        .single();
  }

  private static OffsetDateTime utc(Instant at) {
    return at == null ? null : at.atOffset(ZoneOffset.UTC);
  }

  private static void refundSome() {
    database
        .sql(
            """
            UPDATE payment
            SET status = 'PARTIALLY_REFUNDED', refund_reserved = refund_reserved + 1,
                refunded_amount = refunded_amount + 1
            WHERE payment_id IN (
              SELECT payment_id FROM payment
              WHERE status IN ('COMPLETED', 'PARTIALLY_REFUNDED')
              ORDER BY random() LIMIT 100
              FOR UPDATE SKIP LOCKED)
            """)
        .update();
  }

  private static void sumUp() {
    SeededPayments.sumUp(sandbox.database().dataSource());
  }

  private static long changes() {
    return database.sql("SELECT count(*) FROM payment_statistic_change").query(Long.class).single();
  }

  private static String statement(String name) {
    try {
      return Files.readString(STATEMENTS.resolve(name + ".sql"));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
