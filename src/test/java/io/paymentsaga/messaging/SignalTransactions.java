package io.paymentsaga.messaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The two statements of the route {@code payment-signal}, as it runs them: lock the payment, write
 * what was decided and its event, commit. Two signals a payment, at a steady rate.
 */
final class SignalTransactions implements AutoCloseable {
  private static final Path STATEMENTS = Path.of("src/main/resources/sql/payment");
  private static final String BODY = "x".repeat(WaitingEvents.BYTES);
  private static final int WRITERS = 8;

  private final NamedParameterJdbcTemplate jdbc;
  private final TransactionTemplate transaction;
  private final ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
  private final String lock = statement("lock-payment");
  private final String apply = statement("apply-decision");
  private final Runnable committed;
  private final Map<String, Long> committedAt = new ConcurrentHashMap<>();

  /**
   * @param committed called after each commit, as the door does
   */
  SignalTransactions(DataSource pool, Runnable committed) {
    this.jdbc = new NamedParameterJdbcTemplate(pool);
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(pool));
    this.committed = committed;
  }

  /** By event id, in the clock of {@link System#nanoTime()}. */
  Map<String, Long> committedAt() {
    return committedAt;
  }

  /** So many payments, evenly spread; each has its second signal a second after its first. */
  void run(int perSecond, int seconds) throws InterruptedException {
    int payments = perSecond * seconds;
    seed(payments);
    long start = System.nanoTime();
    for (int i = 0; i < payments + perSecond; i++) {
      long due = start + i * (TimeUnit.SECONDS.toNanos(1) / perSecond);
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      if (i < payments) {
        signal(i, 1, "payment.initiated");
      }
      if (i >= perSecond) {
        signal(i - perSecond, 2, "payment.completed");
      }
    }
  }

  private void signal(int payment, int version, String type) {
    writers.execute(
        () -> {
          String eventId = UUID.randomUUID().toString();
          transaction.executeWithoutResult(
              status -> write("pay_" + payment, version, type, eventId));
          committedAt.put(eventId, System.nanoTime());
          committed.run();
        });
  }

  private void write(String paymentId, int version, String type, String eventId) {
    String state =
        jdbc.queryForObject(lock, Map.of("paymentId", paymentId), String.class)
            .replace("\"version\": " + (version - 1), "\"version\": " + version);
    jdbc.queryForObject(
        apply,
        Map.of(
            "state",
            state,
            "history",
            "{\"signal\":\"PaymentSucceeded\",\"from_status\":\"PENDING\",\"to_status\":\"PENDING\",\"cause\":\"benchmark\"}",
            "events",
            "[{\"event_id\":\"%s\",\"event_type\":\"%s\",\"sequence\":%d,\"body\":\"%s\"}]"
                .formatted(eventId, type, version, BODY),
            "refunds",
            "[]",
            "disputes",
            "[]"),
        String.class);
  }

  private void seed(int payments) {
    JdbcTemplate plain = jdbc.getJdbcTemplate();
    plain.update(
        "INSERT INTO order_reference (order_id) SELECT 'signal_' || n FROM generate_series(0, ?) n",
        payments);
    plain.update(
        "INSERT INTO saga (saga_id, kind, correlation_id, state, due_at) SELECT 'saga_' || n,"
            + " 'payment', 'c', 'AWAITING_PAYMENT', 'infinity' FROM generate_series(0, ?) n",
        payments);
    plain.update(
        """
        INSERT INTO payment (payment_id, order_id, user_id, currency, amount, status, saga_id, correlation_id,
          checkout, expires_at, created_at, updated_at)
        SELECT 'pay_' || n, 'signal_' || n, 'usr_7', 'USD', 3000, 'PENDING', 'saga_' || n, 'c',
          '{"items": []}', now(), now(), now()
        FROM generate_series(0, ?) n
        """,
        payments);
  }

  private static String statement(String name) {
    try {
      return Files.readString(STATEMENTS.resolve(name + ".sql")).replace(":#", ":");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    writers.shutdown();
    writers.awaitTermination(1, TimeUnit.MINUTES);
  }
}
