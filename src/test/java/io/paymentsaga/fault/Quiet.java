package io.paymentsaga.fault;

import io.paymentsaga.sandbox.stripe.StripeSimulator;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The time after closing, when everything that was begun has come to its end. */
final class Quiet {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** The events that say something of a payment; of some changes Stripe makes further ones. */
  private static final Pattern NEWS =
      Pattern.compile(
          "checkout\\.session\\..*"
              + "|payment_intent\\.(processing|succeeded|payment_failed|canceled)"
              + "|charge\\.succeeded|refund\\..*|charge\\.refund\\.updated"
              + "|charge\\.dispute\\.(created|updated|closed)");

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

  /**
   * Waits for it as if the clock ran: whatever the service has put off is due at once. Then Stripe
   * has no news left that the service has not heard.
   */
  void awaitAllThatIsPutOff(Duration patience) {
    Awaitility.await("everything is settled, and Stripe has no news")
        .atMost(patience)
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> {
              expireSessionsNobodyCameBackTo();
              makeAllDue();
              return topics.areRead()
                  && nothingIsDue()
                  && nothingIsBeingDelivered()
                  && nothingIsUnheard();
            });
  }

  private void makeAllDue() {
    database.sql("UPDATE saga SET due_at = now() WHERE due_at > now()").update();
    database.sql("UPDATE stripe_event SET match_at = now() WHERE match_at > now()").update();
    database.sql("UPDATE stripe_event_sweep SET next_at = now() WHERE next_at > now()").update();
  }

  private boolean nothingIsUnheard() {
    Set<String> heard =
        Set.copyOf(
            database
                .sql("SELECT stripe_event_id FROM stripe_event WHERE match_at IS NULL")
                .query(String.class)
                .list());
    return stripe.events().stream()
        .filter(event -> NEWS.matcher(event.getString("type")).matches())
        .map(event -> event.getString("id"))
        .allMatch(heard::contains);
  }

  private void expireSessionsNobodyCameBackTo() {
    List<String> sessions =
        database
            .sql(
                "SELECT stripe_session_id FROM payment WHERE status = 'PENDING' AND closing IS"
                    + " NULL")
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
