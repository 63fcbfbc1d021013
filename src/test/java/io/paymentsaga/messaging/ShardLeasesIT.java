package io.paymentsaga.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.JdbcTemplate;

class ShardLeasesIT {
  @RegisterExtension static final MessagingEnvironment ENVIRONMENT = new MessagingEnvironment();

  private JdbcTemplate jdbc;

  @BeforeEach
  void freeAllShards() {
    jdbc = new JdbcTemplate(ENVIRONMENT.pool());
    jdbc.update("UPDATE relay_shard SET lease_owner = NULL, lease_until = '-infinity'");
    jdbc.update("DELETE FROM relay_instance");
  }

  private static ShardLeases relay(String instance) {
    return new ShardLeases(ENVIRONMENT.pool(), RelaySettings.of(instance));
  }

  @Test
  void the_shard_that_was_sent_from_longest_ago_is_taken_first() {
    jdbc.update("UPDATE relay_shard SET lease_until = now() - (shard + 1) * interval '1 second'");
    fifteenOthersAreAlive();

    ShardLeases relay = relay("one");
    relay.renewWhenDue();

    assertThat(relay.shards()).containsExactly(15);
  }

  @Test
  void a_shard_given_up_comes_after_those_of_a_dead_relay() {
    ShardLeases relay = relay("one");
    relay.renewWhenDue();
    jdbc.update(
        "UPDATE relay_shard SET lease_owner = 'dead', lease_until = now() - interval '1 second'"
            + " WHERE shard = 7");
    relay.retire();
    fifteenOthersAreAlive();

    ShardLeases next = relay("next");
    next.renewWhenDue();

    assertThat(next.shards()).containsExactly(7);
  }

  @Test
  void a_dead_relay_is_not_counted_any_more_when_its_shards_become_free() {
    relay("doomed").renewWhenDue();

    assertThat(
            jdbc.queryForObject(
                """
                SELECT alive_until < (SELECT min(lease_until) - interval '2 seconds' FROM relay_shard)
                FROM relay_instance
                """,
                Boolean.class))
        .isTrue();
  }

  private void fifteenOthersAreAlive() {
    jdbc.update(
        "INSERT INTO relay_instance SELECT 'other-' || n, now() + interval '1 hour'"
            + " FROM generate_series(1, 15) n");
  }
}
