package io.paymentsaga.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.paymentsaga.operations.Workload.Figures;
import io.paymentsaga.sandbox.SandboxEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.assertj.core.data.Percentage;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

class WorkloadIT {
  @RegisterExtension static final SandboxEnvironment sandbox = new SandboxEnvironment();
  private static final Percentage A_FEW = Percentage.withPercentage(5);

  private static JdbcClient database;
  private static Workload workload;

  @BeforeAll
  static void prepare() throws IOException {
    Flyway.configure().dataSource(sandbox.database().dataSource()).load().migrate();
    database = JdbcClient.create(sandbox.database().dataSource());
    String query = Files.readString(Path.of("src/main/resources/sql/operations/measure-work.sql"));
    workload = new Workload(database, query, Clock.systemUTC());
  }

  @BeforeEach
  void empty() {
    database.sql("TRUNCATE outbox, saga CASCADE").update();
  }

  @Test
  void nothing_waits_in_an_empty_outbox() {
    Figures figures = workload.measure();

    assertThat(figures.pending()).isZero();
    assertThat(figures.oldestSeconds()).isZero();
  }

  @Test
  void up_to_ten_thousand_events_are_counted_one_by_one() {
    events(1, 10_000);
    database.sql("DELETE FROM outbox WHERE sequence % 3 = 0").update();

    assertThat(workload.measure().pending()).isEqualTo(6667);
    assertThat(workload.measure().oldestSeconds()).isCloseTo(3600L, within(60L));
  }

  @Test
  void more_are_estimated_however_unevenly_the_relay_has_worked() {
    events(1, 60_000);
    assertThat(workload.measure().pending()).isCloseTo(60_000, A_FEW);

    database.sql("DELETE FROM outbox WHERE shard < 8 AND sequence < 50000").update();

    assertThat(workload.measure().pending()).isCloseTo(count("outbox"), A_FEW);
  }

  @Test
  void a_few_events_that_are_held_up_for_long_do_not_spoil_the_estimate() {
    events(1, 60_000);

    database.sql("DELETE FROM outbox WHERE sequence BETWEEN 100 AND 40000").update();

    assertThat(workload.measure().pending()).isCloseTo(count("outbox"), A_FEW);
  }

  @Test
  void many_events_that_are_held_back_for_long_do_not_count_those_that_have_left_since() {
    events(1, 320_000);
    database.sql("DELETE FROM outbox WHERE sequence BETWEEN 20000 AND 319000").update();

    assertThat(workload.measure().pending()).isCloseTo(count("outbox"), A_FEW);
  }

  @Test
  void a_full_outbox_and_ten_thousand_sagas_make_no_work_that_grows_with_them() {
    events(1, 200_000);
    sagas(10_000);
    workload.measure();

    long begin = System.nanoTime();
    Figures figures = workload.measure();
    Duration time = Duration.ofNanos(System.nanoTime() - begin);

    assertThat(figures.active()).isEqualTo(10_000);
    assertThat(figures.pending()).isCloseTo(200_000, A_FEW);
    assertThat(time).isLessThan(Duration.ofSeconds(1));
  }

  private static void events(int first, int last) {
    database
        .sql(
            """
            INSERT INTO outbox (shard, event_id, event_type, payment_id, order_id, sequence, at, body, correlation_id)
            SELECT abs(hashtext('ord_' || n)::bigint) % 16, 'event_' || n, 'payment.initiated', 'payment_' || n, 'ord_' || n,
                   n, now() - interval '1 hour', '{}', 'correlation'
            FROM generate_series(:first, :last) AS n
            """)
        .param("first", first)
        .param("last", last)
        .update();
  }

  private static void sagas(int count) {
    database
        .sql(
            """
            INSERT INTO saga (saga_id, kind, state, due_at)
            SELECT 'saga_' || n, 'payment', 'AWAITING_PAYMENT', now() + interval '1 hour' FROM generate_series(1, :count) AS n
            """)
        .param("count", count)
        .update();
  }

  private static long count(String table) {
    return database.sql("SELECT count(*) FROM " + table).query(Long.class).single();
  }
}
