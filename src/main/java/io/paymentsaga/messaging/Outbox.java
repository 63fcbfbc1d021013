package io.paymentsaga.messaging;

import static io.paymentsaga.messaging.MessagingSql.statement;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/** The waiting events, as the relay reads and removes them. Not thread-safe. */
final class Outbox {
  private static final int BATCH = 2000;

  /** As many as make up a backlog; fewer come with daily work. */
  private static final int MANY = 500;

  /** Removed events slow down reading, and take room, until a vacuum. */
  private static final int REMOVED_BEFORE_VACUUM = 25_000;

  private static final Comparator<OutboxEvent> OLDEST_FIRST =
      Comparator.comparingLong(OutboxEvent::outboxId);

  private static final String READ = statement("read-outbox");
  private static final String DELETE = statement("delete-outbox");
  private static final String VACUUM = statement("vacuum-outbox");

  private final NamedParameterJdbcTemplate jdbc;
  private int lastRead;
  private int removed;

  Outbox(DataSource dataSource) {
    this.jdbc = new NamedParameterJdbcTemplate(dataSource);
  }

  /**
   * The oldest events of these shards, in the order they were committed per order; about 2000 in
   * all.
   */
  List<OutboxEvent> read(List<Integer> shards) {
    List<OutboxEvent> events =
        jdbc.query(
            READ,
            Map.of(
                "shards",
                shards.toArray(Integer[]::new),
                "perShard",
                (BATCH + shards.size() - 1) / shards.size()),
            OutboxEvent::from);
    lastRead = events.size();
    return events.stream().sorted(OLDEST_FIRST).toList();
  }

  void delete(List<OutboxEvent> events) {
    if (!events.isEmpty()) {
      removed +=
          jdbc.update(
              DELETE,
              Map.of(
                  "many", events.size() >= MANY,
                  "shards", events.stream().map(OutboxEvent::shard).toArray(Integer[]::new),
                  "ids", events.stream().map(OutboxEvent::outboxId).toArray(Long[]::new)));
    }
  }

  /**
   * Frees the room of removed events once they are many, but not while a backlog waits: a vacuum of
   * a long outbox takes longer than it saves. A role that does not own the table gets a warning
   * from the server, and waits for the server's own vacuum.
   */
  void vacuumWhenDue() {
    if (removed >= REMOVED_BEFORE_VACUUM && lastRead < MANY) {
      removed = 0;
      jdbc.getJdbcOperations().execute(VACUUM);
    }
  }
}
