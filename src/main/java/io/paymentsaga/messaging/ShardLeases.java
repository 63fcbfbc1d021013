package io.paymentsaga.messaging;

import static io.paymentsaga.messaging.MessagingSql.statement;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * The outbox shards this relay may send, by leases in the database's clock. Every relay takes at
 * most its fair share, so that one more relay finds shards to take as soon as the others renewed.
 *
 * <p>Whether a lease still holds is judged here by this process's monotonic clock, counted from
 * before the database was asked: this relay stops believing in a lease before another can claim it.
 * Not thread-safe.
 */
final class ShardLeases {
  private static final int SHARDS = 16;
  private static final String RENEW = statement("renew-shards");
  private static final String CLAIM = statement("claim-shards");
  private static final String RELEASE = statement("release-shards");
  private static final String COUNT = statement("count-relays-elsewhere");
  private static final String RETIRE = statement("retire-relay");

  private final NamedParameterJdbcTemplate jdbc;
  private final RelaySettings settings;
  private List<Integer> held = List.of();
  private boolean joined;
  private long renewedAt;

  ShardLeases(DataSource dataSource, RelaySettings settings) {
    this.jdbc = new NamedParameterJdbcTemplate(dataSource);
    this.settings = settings;
    this.renewedAt = System.nanoTime() - settings.lease().toNanos();
  }

  /** The shards held at the last renewal. Whether they still are, only a renewal tells. */
  List<Integer> shards() {
    return held;
  }

  /** Whether this relay counts among those that share the shards. */
  boolean joined() {
    return joined;
  }

  /** Whether every lease held lasts longer than {@code work} from now. */
  boolean outlast(Duration work) {
    return sinceRenewal().plus(work).compareTo(settings.lease()) < 0;
  }

  void renewWhenDue() {
    if (sinceRenewal().compareTo(settings.renewal()) >= 0) {
      renew();
    }
  }

  /**
   * Sees to it that the shards held then are held for long enough to send from them. Asks the
   * database only when the last renewal is too long ago, as after a slow read.
   *
   * @throws IllegalStateException the database takes so long to renew that no time for a send is
   *     left
   */
  void renewForSend() {
    if (outlast(RelaySettings.LONGEST_SEND)) {
      return;
    }
    renew();
    if (!outlast(RelaySettings.LONGEST_SEND)) {
      throw new IllegalStateException(
          "PostgreSQL took %d ms to renew the relay's leases, which leaves no time to send"
              .formatted(sinceRenewal().toMillis()));
    }
  }

  private void renew() {
    long askedAt = System.nanoTime();
    Renewal renewal =
        jdbc.queryForObject(
            RENEW,
            Map.of(
                "instance", settings.instance(),
                "aliveMillis", settings.alive().toMillis(),
                "leaseMillis", settings.lease().toMillis()),
            Renewal::from);
    joined = true;
    int fairShare = (SHARDS + renewal.relays() - 1) / renewal.relays();
    List<Integer> shards = new ArrayList<>(renewal.shards());
    if (shards.size() > fairShare) {
      List<Integer> extra = shards.subList(fairShare, shards.size());
      release(extra);
      extra.clear();
    } else if (shards.size() < fairShare) {
      shards.addAll(claim(fairShare - shards.size()));
    }
    held = List.copyOf(shards);
    renewedAt = askedAt;
  }

  private List<Integer> claim(int wanted) {
    return jdbc.queryForList(
        CLAIM,
        Map.of(
            "instance", settings.instance(),
            "leaseMillis", settings.lease().toMillis(),
            "wanted", wanted),
        Integer.class);
  }

  /** Whether no relay of another process is alive that could send. */
  boolean alone() {
    return jdbc.queryForObject(COUNT, Map.of("instance", settings.instance()), Integer.class) == 0;
  }

  /**
   * Leaves everything to the other relays: at once when the database can be told, else when the
   * leases end. The next renewal takes part again.
   */
  void retire() {
    if (!joined) {
      return;
    }
    List<Integer> left = held;
    held = List.of();
    joined = false;
    renewedAt = System.nanoTime() - settings.lease().toNanos();
    release(left);
    jdbc.update(RETIRE, Map.of("instance", settings.instance()));
  }

  private void release(List<Integer> shards) {
    jdbc.update(
        RELEASE, Map.of("instance", settings.instance(), "shards", shards.toArray(Integer[]::new)));
  }

  private Duration sinceRenewal() {
    return Duration.ofNanos(System.nanoTime() - renewedAt);
  }

  /**
   * @param relays how many share the shards, this one included
   * @param shards those whose lease was renewed
   */
  private record Renewal(int relays, List<Integer> shards) {
    static Renewal from(ResultSet row, int number) throws SQLException {
      return new Renewal(
          row.getInt("relays"), List.of((Integer[]) row.getArray("shards").getArray()));
    }
  }
}
