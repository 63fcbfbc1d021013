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

  /** A body of more is read apart, so that a batch of others stays below 16 MiB. */
  private static final int LARGE_BYTES = 8192;

  /** Of large bodies in a batch; a checkout with all it may hold makes some of more than 100 KB. */
  private static final int LARGE_BYTES_IN_ALL = 16 << 20;

  /** As many as make up a backlog; fewer come with daily work. */
  private static final int MANY = 500;

  /** Removed events slow down reading, and take room, until a vacuum. */
  private static final int REMOVED_BEFORE_VACUUM = 25_000;

  private static final Comparator<OutboxEvent> OLDEST_FIRST =
      Comparator.comparingLong(OutboxEvent::outboxId);

  private static final String READ = statement("read-outbox");
  private static final String READ_PAST_TYPES = statement("read-outbox-past-types");
  private static final String READ_LARGE_BODIES = statement("read-large-bodies");
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
   * all, fewer where their bodies would come to more than some 32 MiB.
   *
   * @param orders whose events are passed over
   * @param types whose events are passed over, with all later ones of their orders. Costs time by
   *     how many events wait, when there are any
   */
  List<OutboxEvent> read(List<Integer> shards, Set<String> orders, Set<String> types) {
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("shards", shards.toArray(Integer[]::new));
    parameters.put("perShard", (BATCH + shards.size() - 1) / shards.size());
    parameters.put("large", LARGE_BYTES);
    parameters.put("orders", orders.toArray(String[]::new));
    if (!types.isEmpty()) {
      parameters.put("types", types.toArray(String[]::new));
    }
    List<OutboxEvent> events =
        jdbc.query(types.isEmpty() ? READ : READ_PAST_TYPES, parameters, OutboxEvent::from);
    lastRead = events.size();
    return whole(events.stream().sorted(OLDEST_FIRST).toList());
  }

  /** These events with the bodies that are still missing, up to where those become too many. */
  private List<OutboxEvent> whole(List<OutboxEvent> events) {
    List<OutboxEvent> large = events.stream().filter(event -> event.body() == null).toList();
    if (large.isEmpty()) {
      return events;
    }
    Map<Long, byte[]> bodies = new HashMap<>();
    jdbc.query(
        READ_LARGE_BODIES,
        Map.of("shards", shards(large), "ids", ids(large), "bytes", LARGE_BYTES_IN_ALL),
        row -> {
          bodies.put(row.getLong("outbox_id"), row.getBytes("body"));
        });
    return events.stream()
        .map(event -> event.body() == null ? event.withBody(bodies.get(event.outboxId())) : event)
        .takeWhile(event -> event.body() != null)
        .toList();
  }

  void delete(List<OutboxEvent> events) {
    if (!events.isEmpty()) {
      removed +=
          jdbc.update(
              DELETE,
              Map.of(
                  "many", events.size() >= MANY,
                  "shards", shards(events),
                  "ids", ids(events)));
    }
  }

  private static Integer[] shards(List<OutboxEvent> events) {
    return events.stream().map(OutboxEvent::shard).toArray(Integer[]::new);
  }

  private static Long[] ids(List<OutboxEvent> events) {
    return events.stream().map(OutboxEvent::outboxId).toArray(Long[]::new);
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
