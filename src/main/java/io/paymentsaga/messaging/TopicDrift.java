package io.paymentsaga.messaging;

import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_DELETE;
import static org.apache.kafka.common.config.TopicConfig.MAX_MESSAGE_BYTES_CONFIG;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;

/**
 * A setting of a topic that is not as this service would have created it, or that it cannot live
 * with for long.
 */
record TopicDrift(String topic, String setting, String expected, String actual) {
  /** Kafka's default. The largest checkout makes an event of a third of it. */
  private static final long LEAST_MESSAGE_BYTES = 1_048_588;

  /**
   * @param replication -1 when the broker decides
   */
  static List<TopicDrift> of(TopicDescription topic, int partitions, int replication) {
    List<TopicDrift> drift = new ArrayList<>();
    int actualPartitions = topic.partitions().size();
    if (actualPartitions != partitions) {
      drift.add(drift(topic.name(), "partitions", partitions, actualPartitions));
    }
    int actualReplication = topic.partitions().get(0).replicas().size();
    if (replication > 0 && actualReplication != replication) {
      drift.add(drift(topic.name(), "replication", replication, actualReplication));
    }
    return drift;
  }

  /**
   * Compaction keeps an order's last event only; a small message limit stops its events. What the
   * broker does not tell is no drift.
   */
  static List<TopicDrift> of(String topic, Config config) {
    List<TopicDrift> drift = new ArrayList<>();
    told(config, CLEANUP_POLICY_CONFIG)
        .filter(cleanup -> !cleanup.equals(CLEANUP_POLICY_DELETE))
        .map(cleanup -> drift(topic, CLEANUP_POLICY_CONFIG, CLEANUP_POLICY_DELETE, cleanup))
        .ifPresent(drift::add);
    told(config, MAX_MESSAGE_BYTES_CONFIG)
        .filter(TopicDrift::isTooSmall)
        .map(
            largest ->
                drift(topic, MAX_MESSAGE_BYTES_CONFIG, "at least " + LEAST_MESSAGE_BYTES, largest))
        .ifPresent(drift::add);
    return drift;
  }

  private static Optional<String> told(Config config, String setting) {
    return Optional.ofNullable(config.get(setting)).map(ConfigEntry::value);
  }

  private static boolean isTooSmall(String bytes) {
    try {
      return Long.parseLong(bytes) < LEAST_MESSAGE_BYTES;
    } catch (NumberFormatException notTold) {
      return false;
    }
  }

  private static TopicDrift drift(String topic, String setting, Object expected, Object actual) {
    return new TopicDrift(topic, setting, expected.toString(), actual.toString());
  }
}
