package io.paymentsaga.messaging;

import java.nio.charset.StandardCharsets;
import org.apache.camel.component.kafka.serde.KafkaHeaderSerializer;

/**
 * Writes text headers as UTF-8 on every platform; other types do not leave, so that no number
 * reaches a consumer as eight raw bytes.
 */
public final class Utf8Headers implements KafkaHeaderSerializer {
  @Override
  public byte[] serialize(String key, Object value) {
    return value instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : null;
  }
}
