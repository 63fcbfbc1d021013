package io.paymentsaga.messaging;

import static io.paymentsaga.messaging.MessagingSql.statement;

import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/** The waiting events, as the relay reads and removes them. */
final class Outbox {
  private static final int BATCH = Integer.getInteger("b.batch", 1000);
  private static final String READ = statement("read-outbox");
  private static final String DELETE = statement("delete-outbox");

  private final NamedParameterJdbcTemplate jdbc;

  Outbox(DataSource dataSource) {
    this.jdbc = new NamedParameterJdbcTemplate(dataSource);
  }

  /**
   * The oldest events of these shards, in the order they were committed per order; about 1000 in
   * all.
   */
  List<OutboxEvent> read(List<Integer> shards) {
    return jdbc.query(
        READ,
        Map.of(
            "shards",
            shards.toArray(Integer[]::new),
            "perShard",
            (BATCH + shards.size() - 1) / shards.size()),
        OutboxEvent::from);
  }

  void delete(List<Long> outboxIds) {
    if (!outboxIds.isEmpty()) {
      jdbc.update(DELETE, Map.of("ids", outboxIds.toArray(Long[]::new)));
    }
  }
}
