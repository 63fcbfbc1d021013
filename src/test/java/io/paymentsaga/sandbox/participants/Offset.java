package io.paymentsaga.sandbox.participants;

import org.apache.camel.Header;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.kafka.consumer.KafkaManualCommit;

/** The place of a consumed message in its partition. */
final class Offset {

  /** Tells the broker that the message, and all before it, are dealt with. */
  public void commit(@Header(KafkaConstants.MANUAL_COMMIT) KafkaManualCommit message) {
    message.commit();
  }
}
