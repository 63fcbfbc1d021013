package io.paymentsaga.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IncomingRetriesTest {
  private final IncomingRetries retries = new IncomingRetries(5, Duration.ofMillis(200));

  @Test
  void the_first_attempt_counts() {
    assertThat(retries.getMaximumRedeliveries()).isEqualTo(4);
    assertThat(new IncomingRetries(1, Duration.ofMillis(200)).getMaximumRedeliveries()).isZero();
  }

  @Test
  void a_message_that_is_never_tried_makes_no_sense() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new IncomingRetries(0, Duration.ofMillis(200)));
    // To Camel, less than nothing is for ever.
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new IncomingRetries(-1, Duration.ofMillis(200)));
  }

  @Test
  void the_pauses_double_with_a_fifth_of_jitter() {
    long expected = 200;
    long pause = 0;
    for (int retry = 1; retry <= 4; retry++) {
      pause = retries.calculateRedeliveryDelay(pause, retry);
      assertThat(pause).isBetween(expected * 8 / 10 - 1, expected * 12 / 10 + 1);
      expected = pause * 2;
    }
  }

  @Test
  void no_two_instances_try_in_step() {
    Set<Long> pauses = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      pauses.add(retries.calculateRedeliveryDelay(0, 1));
    }
    assertThat(pauses).hasSizeGreaterThan(10);
  }

  @Test
  void no_pause_is_longer_than_ten_seconds() {
    assertThat(retries.calculateRedeliveryDelay(60_000, 9)).isEqualTo(10_000);
  }
}
