package io.paymentsaga.operations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A database with the payments of a year, and with some of everything else, at the server's own
 * pace: most payments are completed, one in ten is of one customer, a few are not over.
 */
public final class SeededPayments {
  private static final Path SUM_UP =
      Path.of("src/main/resources/sql/operations/sum-up-statistics.sql");
  private static final int OF_EVERYTHING_ELSE = 4_000;

  private final JdbcClient database;
  private final long payments;

  private SeededPayments(JdbcClient database, long payments) {
    this.database = database;
    this.payments = payments;
  }

  /** Fills the empty tables, and has the planner look at them. */
  public static void fill(DataSource dataSource, long payments) {
    SeededPayments seeded = new SeededPayments(JdbcClient.create(dataSource), payments);
    seeded.fillPayments();
    seeded.fillTheRest();
    seeded.database.sql("VACUUM ANALYZE").update();
  }

  /** Does what the service does from time to time, until nothing is left of it to do. */
  public static void sumUp(DataSource dataSource) {
    JdbcClient database = JdbcClient.create(dataSource);
    String statement;
    try {
      statement = Files.readString(SUM_UP);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    while (!database.sql(statement).query().listOfRows().isEmpty()) {}
  }

  private void fillPayments() {
    run(
        payments,
        """
        INSERT INTO order_reference (order_id) SELECT 'ord_' || n FROM generate_series(1, :rows) n
        """);
    run(
        payments,
        """
        INSERT INTO saga (saga_id, kind, correlation_id, state, started_at, since, ended_at, due_at)
        SELECT 'saga_' || n, 'payment', 'c' || n, state, at, at,
               CASE WHEN state IN ('COMPLETED', 'COMPENSATED') THEN at END,
               CASE WHEN state = 'AWAITING_PAYMENT' THEN now() + interval '1 day' END
        FROM generate_series(1, :rows) n,
             LATERAL (SELECT now() - n * (interval '365 days' / :rows) AS at,
                        CASE WHEN n % 5000 = 0 THEN 'FAILED' WHEN n % 500 = 0 THEN 'AWAITING_PAYMENT'
                             WHEN n % 10 = 1 THEN 'COMPENSATED' ELSE 'COMPLETED' END AS state) AS each
        """);
    run(
        payments,
        """
        INSERT INTO payment (
          payment_id, order_id, user_id, currency, amount, status, saga_id,
          correlation_id, checkout, expires_at, stripe_session_id, captured_amount, refund_reserved,
          refunded_amount, captured_currency, created_at, updated_at)
        SELECT 'pay_' || n, 'ord_' || n,
               CASE WHEN n % 10 = 0 THEN 'usr_heavy' ELSE 'usr_' || n % (:rows / 20) END,
               currency, 3000, status, 'saga_' || n, 'c' || n,
               '{"items":[{"productId":"sku-1","productName":"Mug","quantity":2,"unitAmount":1500}]}',
               at, 'cs_' || n,
               CASE WHEN status IN ('COMPLETED', 'REFUNDED') THEN 3000 ELSE 0 END,
               CASE WHEN status = 'REFUNDED' THEN 3000 ELSE 0 END,
               CASE WHEN status = 'REFUNDED' THEN 3000 ELSE 0 END,
               CASE WHEN status IN ('COMPLETED', 'REFUNDED') THEN currency END, at, at
        FROM generate_series(1, :rows) n,
             LATERAL (SELECT now() - n * (interval '365 days' / :rows) AS at,
                        (ARRAY['USD', 'EUR', 'JPY'])[1 + n % 3] AS currency,
                        CASE WHEN n % 1000 = 0 THEN 'REFUNDED' WHEN n % 500 = 0 THEN 'PENDING'
                             WHEN n % 10 = 1 THEN 'FAILED' ELSE 'COMPLETED' END AS status) AS each
        """);
  }

  private void fillTheRest() {
    run(
        payments,
        """
        INSERT INTO personal_data (payment_id, given, given_at)
        SELECT 'pay_' || n, '{"customerEmail":"ada@example.com"}', now() - n * interval '1 minute'
        FROM generate_series(1, :rows) n
        """);
    fill(
        """
        INSERT INTO refund (refund_id, payment_id, amount, status, created_at, updated_at)
        SELECT 're_' || n, 'pay_' || n, 1, 'SUCCEEDED', now(), now()
        """);
    fill(
        """
        INSERT INTO dispute (
          dispute_id, payment_id, amount, currency, status, stripe_status, created_at, updated_at,
          closed_at)
        SELECT 'dp_' || n, 'pay_' || n, 1, 'USD', CASE WHEN n % 20 = 0 THEN 'OPEN' ELSE 'WON' END,
               'won', now() - n * interval '1 minute', now(), CASE WHEN n % 20 <> 0 THEN now() END
        """);
    fill(
        """
        INSERT INTO dead_letter (
          dead_letter_id, topic, partition, "offset", kafka_timestamp, reason, error, attempts, at,
          status)
        SELECT 'dl_' || n, 'topic-' || n % 4, 0, n, 0, 'invalid', 'none', 1,
               now() - n * interval '1 minute',
               CASE WHEN n % 20 = 0 THEN 'WAITING' ELSE 'REPLAYED' END
        """);
    fill(
        """
        INSERT INTO dead_letter_action (dead_letter_id, action, actor, reason)
        SELECT 'dl_' || n, 'REPLAYED', 'ops', 'mended'
        """);
    fill(
        """
        INSERT INTO saga_step (saga_id, name, compensation_uri)
        SELECT 'saga_' || n, 'create-payment', 'direct:cancel-payment'
        """);
    fill(
        """
        INSERT INTO saga_history (saga_id, type, to_state)
        SELECT 'saga_' || n, 'state', 'COMPLETED'
        """);
    fill(
        """
        INSERT INTO payment_history (payment_id, at, signal, to_status, cause)
        SELECT 'pay_' || n, now(), 'PaymentCreated', 'PENDING', 'checkout'
        """);
    fill(
        """
        INSERT INTO erasure (user_id, actor, reason, ended_at)
        SELECT 'usr_' || n, 'ops', 'asked', now()
        """);
    fill("INSERT INTO inbox (topic, event_id) SELECT 'order.created', 'evt_' || n");
    fill(
        """
        INSERT INTO stripe_event (stripe_event_id, type)
        SELECT 'evt_' || n, 'charge.succeeded'
        """);
    fill(
        """
        INSERT INTO outbox (
          shard, event_id, event_type, payment_id, order_id, sequence, at, body, correlation_id)
        SELECT n % 16, 'evt_' || n, 'payment.failed', 'pay_' || n, 'ord_' || n, 1, now(), '{}', 'c'
        """);
    fill(
        """
        INSERT INTO money_proof (
          proof_id, from_at, to_at, proven_to, actor, reason, started_at, ended_at)
        SELECT 'proof_' || n, now(), now(), now(), 'ops', 'asked',
               now() - n * interval '1 minute', now()
        """);
    fill(
        """
        INSERT INTO difference (
          difference_id, kind, payment_id, stripe_object, evidence, proposal, repair, state,
          first_seen, closed_at)
        SELECT 'diff_' || n, 'captured', 'pay_' || n, 'pi_' || n, '{}', 'none', 'NONE', 'GONE',
               now() - n * interval '1 minute', now()
        """);
    fill(
        """
        INSERT INTO difference_action (difference_id, action, actor, reason)
        SELECT 'diff_' || n, 'SETTLE', 'ops', 'mended'
        """);
    fill(
        """
        INSERT INTO idempotency_key (
          caller, key, fingerprint, expires_at, status, content_type, body)
        SELECT 'c', 'k' || n, 'f', now() + n * interval '20 seconds', 201, 'application/json', '{}'
        """);
  }

  private void fill(String insert) {
    run(
        Math.min(payments, OF_EVERYTHING_ELSE),
        insert.stripTrailing() + " FROM generate_series(1, :rows) n");
  }

  private void run(long rows, String insert) {
    database.sql(insert).param("rows", rows).update();
  }
}
