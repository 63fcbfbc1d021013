package io.paymentsaga.messaging;

import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The Kafka clients used beside the routes, with the security settings of Camel's kafka component.
 */
final class KafkaClients {
  /** As much as a producer's memory holds by default; how much a topic takes, its broker says. */
  private static final int LARGEST_REQUEST = 32 * 1024 * 1024;

  private final CamelContext context;
  private final String brokers;

  KafkaClients(CamelContext context, String brokers) {
    this.context = context;
    this.brokers = brokers;
  }

  /** Fails when no broker's name can be resolved. */
  Admin admin(int timeoutMillis) {
    Map<String, Object> settings = new HashMap<>();
    componentSettings().forEach((name, value) -> settings.put((String) name, value));
    settings.keySet().retainAll(AdminClientConfig.configNames());
    settings.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, timeoutMillis);
    settings.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, timeoutMillis);
    return Admin.create(settings);
  }

  /**
   * A producer of whatever a consumer has fetched: it compresses, as the first producer may have,
   * and its records may be large. It may send one twice. Fails when no broker's name can be
   * resolved.
   */
  KafkaProducer<byte[], byte[]> bytesProducer() {
    Properties settings = componentSettings();
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    // An idempotent one is of no use any more after some refusals.
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false);
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, CompressionType.GZIP.name);
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LARGEST_REQUEST);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 3000);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5000);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 10000);
    settings.remove(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG);
    settings.remove(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG);
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private Properties componentSettings() {
    Properties settings =
        context
            .getComponent("kafka", KafkaComponent.class)
            .getConfiguration()
            .createProducerProperties();
    settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, brokers);
    return settings;
  }
}
