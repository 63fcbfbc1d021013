package io.paymentsaga.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.junit.jupiter.api.Test;

class TopicDriftTest {
  @Test
  void a_setting_the_broker_does_not_tell_is_no_drift() {
    Config silent = new Config(List.of());
    Config halfSilent =
        new Config(
            List.of(
                new ConfigEntry("cleanup.policy", null),
                new ConfigEntry("max.message.bytes", "as it comes")));

    assertThat(TopicDrift.of("topic", silent)).isEmpty();
    assertThat(TopicDrift.of("topic", halfSilent)).isEmpty();
  }
}
