package io.paymentsaga.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.paymentsaga.sandbox.SandboxEnvironment;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What a database that is in use keeps when personal data is moved apart. */
class PersonalDataMigrationIT {
  private static final String BEFORE = "10";

  @RegisterExtension static final SandboxEnvironment sandbox = new SandboxEnvironment();

  @Test
  void payments_of_before_keep_their_books_and_events_that_wait_keep_their_payload() {
    DataSource dataSource = sandbox.database().dataSource();
    JdbcClient database = JdbcClient.create(dataSource);
    Flyway.configure().dataSource(dataSource).target(BEFORE).load().migrate();
    database
        .sql(
            """
            INSERT INTO order_reference (order_id) VALUES ('o');
            INSERT INTO saga (saga_id, kind, state, due_at) VALUES ('s', 'payment', 'STARTED', now());
            INSERT INTO payment (payment_id, order_id, user_id, customer_email, currency, amount, status, saga_id,
              correlation_id, checkout, expires_at, created_at, updated_at)
            VALUES ('p', 'o', 'u', 'ada@example.com', 'USD', 3000, 'PENDING', 's', 'c',
              '{"items": [{"productId": "sku-1"}], "shippingAmount": 500, "taxAmount": 0, "successUrl": "https://shop.example",
                "shippingAddress": {"line1": "1 Main St"}, "metadata": {"cart": "c9"}}', now(), now(), now());
            INSERT INTO stripe_event (stripe_event_id, type, payload, match_at)
            VALUES ('done', 't', '{"a": 1}', NULL), ('waits', 't', '{"a": 1}', now())
            """)
        .update();

    Flyway.configure().dataSource(dataSource).load().migrate();

    assertThat(text(database, "SELECT checkout::text FROM payment"))
        .isEqualTo(
            "{\"items\": [{\"productId\": \"sku-1\"}], \"taxAmount\": 0, \"shippingAmount\": 500}");
    assertThat(
            text(
                database,
                """
                SELECT concat_ws(' ', given ->> 'customerEmail', given -> 'shippingAddress' ->> 'line1',
                  given -> 'metadata' ->> 'cart', given ->> 'successUrl', jsonb_exists(given, 'items'))
                FROM personal_data
                """))
        .isEqualTo("ada@example.com 1 Main St c9 https://shop.example f");
    assertThat(
            text(
                database,
                "SELECT string_agg(stripe_event_id, ',') FROM stripe_event WHERE payload IS NOT"
                    + " NULL"))
        .isEqualTo("waits");
  }

  private static String text(JdbcClient database, String sql) {
    return database.sql(sql).query(String.class).single();
  }
}
