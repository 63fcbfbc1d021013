package io.paymentsaga.fault;

import java.time.Duration;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Payments in flight, thousands at once, as an instance that is gone has left them. */
final class SeededSagas {
  private static final List<String> STATEMENTS =
      List.of(
          """
          INSERT INTO order_reference (order_id)
          SELECT :name || n FROM generate_series(1, :count) AS n
          """,
          """
          INSERT INTO saga (saga_id, kind, correlation_id, state, deadline, due_at, lease_owner, lease_until)
          SELECT :name || n, 'payment', :name || n, :state, now() + due, now() + due, 'gone', now() + interval '1 second'
          FROM generate_series(1, :count) AS n, CAST(:due AS interval) AS due
          """,
          """
          INSERT INTO payment (payment_id, order_id, user_id, currency, amount, status, saga_id,
            correlation_id, checkout, expires_at, closing, cancel_reason, created_at, updated_at)
          SELECT name, name, 'usr_7', 'USD', 3000, 'PENDING', name, name,
            '{"items": [{"productId": "sku-1", "productName": "Mug", "quantity": 2, "unitAmount": 1500}]}',
            date_trunc('second', now()) + interval '1 hour',
            CASE WHEN :state = 'COMPENSATING' THEN 'CANCELLED' END,
            CASE WHEN :state = 'COMPENSATING' THEN 'the customer changed their mind' END, now(), now()
          FROM generate_series(1, :count) AS n, concat(:name, n) AS name
          """,
          """
          INSERT INTO personal_data (payment_id, given, given_at)
          SELECT :name || n, '{"customerEmail": "ada@example.com", "successUrl": "http://shop.example/ok",
              "cancelUrl": "http://shop.example/no", "metadata": {}}', now()
          FROM generate_series(1, :count) AS n
          """,
          """
          INSERT INTO saga_step (saga_id, name, compensation_uri)
          SELECT :name || n, name, 'direct://' || compensation
          FROM generate_series(1, :count) AS n, unnest(:steps, :compensations) AS step (name, compensation)
          """);

  private final JdbcClient jdbc;

  SeededSagas(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** A step, and what undoes it. */
  record Step(String name, String compensation) {}

  /**
   * Adds payments of the same kind.
   *
   * @param name begins the ids of all of them
   * @param due from now; negative for what should have been done before
   */
  void add(String name, int count, String state, Duration due, Step... steps) {
    for (String statement : STATEMENTS) {
      jdbc.sql(statement)
          .param("name", name)
          .param("count", count)
          .param("state", state)
          .param("due", due.toString())
          .param("steps", List.of(steps).stream().map(Step::name).toArray(String[]::new))
          .param(
              "compensations",
              List.of(steps).stream().map(Step::compensation).toArray(String[]::new))
          .update();
    }
  }
}
