package io.paymentsaga.messaging;

import static io.paymentsaga.messaging.MessagingSql.statement;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/** The waiting events, as the relay reads and removes them. Not thread-safe. */
final class Outbox {
  private static final int BATCH = 2000;

  /** Of bodies: a checkout with all it may hold makes events of more than 100 KB. */
  private static final int BATCH_BYTES = 16 << 20;

  /** As many as make up a backlog; fewer come with daily work. */
  private static final int MANY = 500;

  /** Removed events slow down reading, and take room, until a vacuum. */
  private static final int REMOVED_BEFORE_VACUUM = 25_000;

  private static final Comparator<OutboxEvent> OLDEST_FIRST =
      Comparator.comparingLong(OutboxEvent::outboxId);

  private static final String READ = statement("read-outbox");
  private static final String READ_PAST_TYPES = statement("read-outbox-past-types");
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
   * all, and some 16 MiB, but one of each shard at least.
   *
   * @param orders whose events are passed over
   * @param types whose events are passed over, with all later ones of their orders. Costs time by
   *     how many events wait, when there are any
   */
  List<OutboxEvent> read(List<Integer> shards, Set<String> orders, Set<String> types) {
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("shards", shards.toArray(Integer[]::new));
    parameters.put("perShard", perShard(BATCH, shards));
    parameters.put("bytesPerShard", perShard(BATCH_BYTES, shards));
    parameters.put("orders", orders.toArray(String[]::new));
    if (!types.isEmpty()) {
      parameters.put("types", types.toArray(String[]::new));
    }
    List<OutboxEvent> events =
        jdbc.query(types.isEmpty() ? READ : READ_PAST_TYPES, parameters, OutboxEvent::from);
    lastRead = events.size();
    return events.stream().sorted(OLDEST_FIRST).toList();
  }

  private static int perShard(int all, List<Integer> shards) {
    return (all + shards.size() - 1) / shards.size();
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
