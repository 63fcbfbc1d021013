package io.paymentsaga.messaging;

import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_DELETE;
import static org.apache.kafka.common.config.TopicConfig.MAX_MESSAGE_BYTES_CONFIG;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.Config;
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

  /** Compaction keeps an order's last event only; a small message limit stops the relay. */
  static List<TopicDrift> of(String topic, Config config) {
    List<TopicDrift> drift = new ArrayList<>();
    String cleanup = config.get(CLEANUP_POLICY_CONFIG).value();
    if (!cleanup.equals(CLEANUP_POLICY_DELETE)) {
      drift.add(drift(topic, CLEANUP_POLICY_CONFIG, CLEANUP_POLICY_DELETE, cleanup));
    }
    String largest = config.get(MAX_MESSAGE_BYTES_CONFIG).value();
    if (Long.parseLong(largest) < LEAST_MESSAGE_BYTES) {
      drift.add(drift(topic, MAX_MESSAGE_BYTES_CONFIG, "at least " + LEAST_MESSAGE_BYTES, largest));
    }
    return drift;
  }

  private static TopicDrift drift(String topic, String setting, Object expected, Object actual) {
    return new TopicDrift(topic, setting, expected.toString(), actual.toString());
  }
}
