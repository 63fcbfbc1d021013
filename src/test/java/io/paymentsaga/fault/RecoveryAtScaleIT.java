package io.paymentsaga.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.awaitility.Durations.ONE_SECOND;

import io.paymentsaga.fault.SeededSagas.Step;
import io.paymentsaga.sandbox.SandboxEnvironment;
import io.paymentsaga.sandbox.stripe.ApiCall;
import io.paymentsaga.sandbox.stripe.StripeSimulator;
import io.paymentsaga.sandbox.stripe.StripeSimulatorSettings;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Objects;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

/** An instance starts, and finds thousands of sagas that others have left in the middle. */
class RecoveryAtScaleIT {
  @RegisterExtension static final SandboxEnvironment sandbox = new SandboxEnvironment();

  private static final Duration ALL_MOVED_WITHIN = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final int IN_FLIGHT = 10_000;

  /** Of those in flight; as many as two busy cores can do in time. */
  private static final int DUE = Integer.getInteger("recovery.due", 500);

  private static final int HALF_OPENED = DUE / 100;
  private static final int INTERRUPTED = DUE / 2 - HALF_OPENED;
  private static final int ROLLED_BACK = DUE - INTERRUPTED - HALF_OPENED;

  private static final Step CREATED = new Step("create-payment", "cancel-payment");
  private static final Step OPENED = new Step("open-checkout-session", "close-checkout-session");
  private static final Step ANNOUNCED = new Step("announce-payment", "announce-rollback");

  private final JdbcClient jdbc = JdbcClient.create(sandbox.database().dataSource());

  @Test
  void every_saga_that_is_due_moves_soon_after_a_start_and_no_other_one_does() {
    seed();
    try (StripeSimulator stripe =
        StripeSimulator.start(StripeSimulatorSettings.onLoopback("sk_test_scale", "whsec_scale"))) {
      OffsetDateTime start = now();
      try (ServiceInProcess service = ServiceInProcess.start(sandbox, stripe, Map.of())) {
        await().atMost(PATIENCE).pollInterval(ONE_SECOND).until(() -> ended() == DUE);
      }

      Duration lastMove = Duration.between(start, lastFirstMove());
      Duration lastEnd = Duration.between(start, lastEnd());
      System.out.printf(
          "Recovery at scale: %d sagas, %d of them due at the start; all of these moved after %d ms, ended after %d ms%n",
          IN_FLIGHT, DUE, lastMove.toMillis(), lastEnd.toMillis());
      assertThat(lastMove).isLessThan(ALL_MOVED_WITHIN);
      assertThat(count("payment WHERE status IN ('FAILED', 'CANCELLED')")).isEqualTo(DUE);
      assertThat(count("saga WHERE state = 'AWAITING_PAYMENT' AND checks = 0"))
          .isEqualTo(IN_FLIGHT - DUE);
      assertThat(count("saga_history WHERE type LIKE 'compensation-%'"))
          .isEqualTo(count("saga_step WHERE status = 'COMPENSATED'"));
      assertEachCallWasMadeOnce(stripe);
    }
  }

  private static void assertEachCallWasMadeOnce(StripeSimulator stripe) {
    assertThat(stripe.sessions())
        .hasSize(HALF_OPENED)
        .allMatch(session -> session.getString("status").equals("expired"));
    assertThat(stripe.apiCalls().stream().map(ApiCall::idempotencyKey).filter(Objects::nonNull))
        .hasSize(2 * HALF_OPENED)
        .doesNotHaveDuplicates();
  }

  private void seed() {
    Flyway.configure().dataSource(sandbox.database().dataSource()).load().migrate();
    SeededSagas sagas = new SeededSagas(jdbc);
    Duration overdue = Duration.ofMinutes(-1);
    Duration later = Duration.ofMinutes(30);
    sagas.add("rolled-back-", ROLLED_BACK, "COMPENSATING", overdue, CREATED, ANNOUNCED);
    sagas.add("half-opened-", HALF_OPENED, "COMPENSATING", overdue, CREATED, OPENED);
    sagas.add("interrupted-", INTERRUPTED, "PAYMENT_CREATED", overdue, CREATED);
    sagas.add("waiting-", IN_FLIGHT - DUE, "AWAITING_PAYMENT", later, CREATED, OPENED, ANNOUNCED);
    jdbc.sql("ANALYZE").update();
  }

  private long ended() {
    return count("saga WHERE state = 'COMPENSATED'");
  }

  /** When the last saga that was due was first worked on. */
  private OffsetDateTime lastFirstMove() {
    return time(
        """
        SELECT max(first_move) FROM (
          SELECT least(min(h.at), min(t.run_started_at)) AS first_move
          FROM saga_step t JOIN saga_history h USING (saga_id)
          GROUP BY saga_id) AS saga
        """);
  }

  private OffsetDateTime lastEnd() {
    return time("SELECT max(ended_at) FROM saga");
  }

  private OffsetDateTime now() {
    return time("SELECT now()");
  }

  private OffsetDateTime time(String sql) {
    return jdbc.sql(sql).query(OffsetDateTime.class).single();
  }

  private long count(String what) {
    return jdbc.sql("SELECT count(*) FROM " + what).query(Long.class).single();
  }
}
