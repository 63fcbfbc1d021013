package io.paymentsaga.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.Set;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class RateLimitsTest {
  private static final Caller ANN = new Caller("usr_ann", Set.of(Scope.READ));
  private static final Caller BEN = new Caller("usr_ben", Set.of(Scope.READ));

  private final Clock clock = new Clock();

  /** Stands still until it is told to go on. */
  private static final class Clock implements TimeMeter {
    private long nanos;

    void goOn(Duration by) {
      nanos += by.toNanos();
    }

    @Override
    public long currentTimeNanos() {
      return nanos;
    }

    @Override
    public boolean isWallClockBased() {
      return false;
    }
  }

  @Test
  void a_caller_who_makes_too_many_calls_is_told_when_to_come_again() {
    RateLimits limits = RateLimits.perCaller(3, clock);
    call(limits, ANN, 3);

    assertThatThrownBy(() -> limits.count(ANN))
        .asInstanceOf(InstanceOfAssertFactories.type(ProblemException.class))
        .satisfies(
            problem -> {
              assertThat(problem.type()).isEqualTo(ProblemType.TOO_MANY_REQUESTS);
              assertThat(problem.headers()).containsEntry("Retry-After", "1");
            });
  }

  @Test
  void each_caller_has_a_limit_of_its_own() {
    RateLimits limits = RateLimits.perCaller(3, clock);
    call(limits, ANN, 3);

    assertThatNoException().isThrownBy(() -> call(limits, BEN, 3));
  }

  @Test
  void whoever_waits_may_call_again() {
    RateLimits limits = RateLimits.perCaller(3, clock);
    call(limits, ANN, 3);

    clock.goOn(Duration.ofMillis(334));

    assertThatNoException().isThrownBy(() -> limits.count(ANN));
    assertThatThrownBy(() -> limits.count(ANN)).isInstanceOf(ProblemException.class);
  }

  @Test
  void no_limit_is_no_limit() {
    assertThatNoException().isThrownBy(() -> call(RateLimits.perCaller(0, clock), ANN, 1_000));
  }

  private static void call(RateLimits limits, Caller caller, int times) {
    for (int i = 0; i < times; i++) {
      limits.count(caller);
    }
  }
}
