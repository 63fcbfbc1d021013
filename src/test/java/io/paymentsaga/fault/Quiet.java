package io.paymentsaga.fault;

import io.paymentsaga.sandbox.stripe.StripeSimulator;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The time after closing, when everything that was begun has come to its end. */
final class Quiet {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final JdbcClient database;
  private final StripeSimulator stripe;
  private final ShopTopics topics;

  Quiet(DataSource database, StripeSimulator stripe, ShopTopics topics) {
    this.database = JdbcClient.create(database);
    this.stripe = stripe;
    this.topics = topics;
  }

  /** Waits for it; customers who left their page open are not waited for. */
  void await() {
    Awaitility.await("every message read, every saga ended, every event published")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> {
              expireSessionsNobodyCameBackTo();
              return topics.areRead() && nothingIsDue() && nothingIsBeingDelivered();
            });
  }

  private void expireSessionsNobodyCameBackTo() {
    List<String> sessions =
        database
            .sql(
                "SELECT stripe_session_id FROM payment WHERE status = 'PENDING' AND closing IS NULL")
            .query(String.class)
            .list();
    stripe.sessions().stream()
        .filter(session -> session.getString("status").equals("open"))
        .map(session -> session.getString("id"))
        .filter(sessions::contains)
        .forEach(stripe::expire);
  }

  private boolean nothingIsDue() {
    return database
        .sql(
            """
            SELECT NOT EXISTS (SELECT FROM saga WHERE due_at IS NOT NULL)
               AND NOT EXISTS (SELECT FROM outbox)
            """)
        .query(Boolean.class)
        .single();
  }

  private boolean nothingIsBeingDelivered() {
    return stripe.state().getJsonArray("events").stream()
        .map(JsonObject.class::cast)
        .noneMatch(
            webhook -> webhook.getInteger("attempts") > 0 && !webhook.getBoolean("accepted"));
  }
}
