package io.paymentsaga.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.paymentsaga.sandbox.SandboxEnvironment;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the table of the dead letters tells apart, in a database that was in use before. */
class DeadLetterTableIT {
  private static final String BEFORE = "13";

  @RegisterExtension static final SandboxEnvironment sandbox = new SandboxEnvironment();
  private static JdbcClient database;

  @BeforeAll
  static void migrateWithLettersThatWait() {
    DataSource dataSource = sandbox.database().dataSource();
    database = JdbcClient.create(dataSource);
    Flyway.configure().dataSource(dataSource).target(BEFORE).load().migrate();
    database
        .sql(
            """
            INSERT INTO dead_letter (dead_letter_id, topic, partition, "offset", kafka_timestamp, value, reason, error, attempts)
            VALUES ('said', 'before', 0, 0, 1, '{"service": "orders"}', 'r', 'e', 1),
                   ('unsaid', 'before', 0, 1, 1, '[]', 'r', 'e', 1),
                   ('unreadable', 'before', 0, 2, 1, '\\xff00', 'r', 'e', 1),
                   ('empty', 'before', 0, 3, 1, NULL, 'r', 'e', 1)
            """)
        .update();
    Flyway.configure().dataSource(dataSource).load().migrate();
  }

  @Test
  void letters_that_wait_get_the_sender_that_stands_in_them() {
    assertThat(
            texts(
                "SELECT concat_ws(' ', dead_letter_id, service) FROM dead_letter WHERE topic ="
                    + " 'before'"))
        .containsExactlyInAnyOrder("said orders", "unsaid", "unreadable", "empty");
  }

  @Test
  void a_place_in_a_topic_that_was_made_anew_is_another_place() {
    insert(1);
    insert(1);
    insert(2);

    assertThat(texts("SELECT kafka_timestamp::text FROM dead_letter WHERE topic = 'anew'"))
        .containsExactlyInAnyOrder("1", "2");
  }

  private static void insert(long timestamp) {
    database
        .sql(MessagingSql.statement("insert-dead-letter"))
        .params(Map.of("topic", "anew", "partition", 0, "offset", 0, "timestamp", timestamp))
        .params(Map.of("headers", "[]", "reason", "r", "error", "e", "attempts", 1))
        .param("key", null)
        .param("value", null)
        .param("eventId", null)
        .param("service", null)
        .update();
  }

  private static List<String> texts(String query) {
    return database.sql(query).query(String.class).list();
  }
}
