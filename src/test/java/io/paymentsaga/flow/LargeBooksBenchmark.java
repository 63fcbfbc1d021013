package io.paymentsaga.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.paymentsaga.messaging.Figures;
import io.paymentsaga.operations.SeededPayments;
import io.paymentsaga.sandbox.SandboxEnvironment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * How long the API takes when there are very many payments. Run by {@code mvn verify -Pbenchmark
 * -Dit.test=LargeBooksBenchmark}; most of the time goes into filling the tables.
 */
class LargeBooksBenchmark {
  private static final long PAYMENTS = Long.getLong("benchmark.payments", 10_000_000);
  private static final int CALLS = 100;
  private static final Duration GOAL = Duration.ofMillis(250);

  @RegisterExtension static final SandboxEnvironment sandbox = new SandboxEnvironment();
  private static PaymentService service;

  @BeforeAll
  static void start() {
    Flyway.configure().dataSource(sandbox.database().dataSource()).load().migrate();
    long begin = System.nanoTime();
    SeededPayments.fill(sandbox.database().dataSource(), PAYMENTS);
    SeededPayments.sumUp(sandbox.database().dataSource());
    JdbcClient database = JdbcClient.create(sandbox.database().dataSource());
    System.out.printf(
        "Benchmark: %,d payments, %s, filled in %,d s%n",
        database.sql("SELECT count(*) FROM payment").query(Long.class).single(),
        database
            .sql("SELECT pg_size_pretty(pg_database_size(current_database()))")
            .query(String.class)
            .single(),
        Duration.ofNanos(System.nanoTime() - begin).toSeconds());
    service = PaymentService.start(sandbox, Map.of("JAVA_TOOL_OPTIONS", "-XX:+UseSerialGC"));
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void every_call_answers_in_a_moment() {
    String aDay = period(Duration.ofDays(200), Duration.ofDays(199));
    String halfAYear = period(Duration.ofMinutes(300_001), Duration.ofMinutes(30_001));
    List<Duration> medians = new ArrayList<>();
    for (String path :
        List.of(
            "/api/v1/payments",
            "/api/v1/payments?limit=200",
            "/api/v1/payments?" + aDay,
            "/api/v1/payments?status=PENDING",
            "/api/v1/payments?status=REFUNDED&" + aDay,
            "/api/v1/payments?userId=usr_heavy",
            "/api/v1/payments?userId=usr_heavy&status=FAILED",
            "/api/v1/payments?userId=usr_7&status=COMPLETED",
            "/api/v1/payments?userId=usr_nobody",
            "/api/v1/payments?orderId=ord_" + PAYMENTS / 2,
            "/api/v1/payments?cursor=" + cursorOf("/api/v1/payments?" + aDay),
            "/api/v1/payments/pay_" + PAYMENTS / 2,
            "/api/v1/payments/pay_" + PAYMENTS / 2 + "/saga",
            "/api/v1/payments/stats",
            "/api/v1/payments/stats?" + aDay,
            "/api/v1/payments/stats?" + halfAYear,
            "/api/v1/sagas",
            "/api/v1/sagas?stuck=true",
            "/api/v1/sagas?state=AWAITING_PAYMENT",
            "/health",
            "/metrics")) {
      medians.add(timed("GET " + path, () -> service.api().get(path).expect(200)));
    }
    medians.add(timed("a checkout", () -> service.api().checkout(Order.some()).expect(201)));

    assertThat(medians).allMatch(median -> median.compareTo(GOAL) < 0);
  }

  private static String cursorOf(String list) {
    return service.api().get(list).expect(200).text("nextCursor");
  }

  private static String period(Duration beganAgo, Duration endedAgo) {
    Instant now = Instant.now();
    return "from=" + now.minus(beganAgo) + "&to=" + now.minus(endedAgo);
  }

  private static Duration timed(String name, Runnable call) {
    List<Long> micros = new ArrayList<>();
    long begin = System.nanoTime();
    call.run();
    long first = System.nanoTime() - begin;
    for (int i = 0; i < CALLS; i++) {
      begin = System.nanoTime();
      call.run();
      micros.add((System.nanoTime() - begin) / 1000);
    }
    Figures figures = Figures.of(micros);
    System.out.printf(
        "Benchmark: %-90s first %6.1f ms, then p50 %6.1f ms, p99 %6.1f ms%n",
        name, first / 1e6, figures.median() / 1e3, figures.percentile(99) / 1e3);
    return Duration.ofNanos(Math.round(figures.median() * 1000));
  }
}
