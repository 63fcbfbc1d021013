package io.paymentsaga.saga;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final Duration BASE = Duration.ofMillis(500);

  @Test
  void pauses_double_up_to_a_minute() {
    Backoff backoff = new Backoff(BASE, always(0));

    assertThat(backoff.after(0)).isEqualTo(BASE);
    assertThat(backoff.after(1)).isEqualTo(Duration.ofSeconds(1));
    assertThat(backoff.after(6)).isEqualTo(Duration.ofSeconds(32));
    assertThat(backoff.after(7)).isEqualTo(Duration.ofMinutes(1));
    assertThat(backoff.after(Integer.MAX_VALUE)).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void chance_takes_away_half_at_most() {
    Backoff backoff = new Backoff(BASE, always(-1L));

    assertThat(backoff.after(0)).isBetween(BASE.dividedBy(2), BASE.dividedBy(2).plusMillis(1));
  }

  private static RandomGenerator always(long bits) {
    return () -> bits;
  }
}
