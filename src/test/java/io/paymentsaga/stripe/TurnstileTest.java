package io.paymentsaga.stripe;

import static org.assertj.core.api.Assertions.assertThat;

import io.paymentsaga.stripe.Turnstile.Turn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** In a time of its own. */
class TurnstileTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  @Test
  void the_most_urgent_goes_first_and_within_a_lane_who_came_first() {
    Turnstile turnstile = new Turnstile(1);
    turnstile.charge(0);
    Turn open1 = turnstile.join(Lane.OPEN);
    Turn open2 = turnstile.join(Lane.OPEN);
    Turn look = turnstile.join(Lane.LOOK);
    Turn undo1 = turnstile.join(Lane.UNDO);
    Turn undo2 = turnstile.join(Lane.UNDO);
    List<Turn> order = List.of(undo1, undo2, look, open1, open2);

    for (int second = 1; second <= order.size(); second++) {
      turnstile.turn(second * SECOND - 1);
      assertThat(order).filteredOn(Turn::passed).hasSize(second - 1);

      turnstile.turn(second * SECOND);

      assertThat(order).filteredOn(Turn::passed).isEqualTo(order.subList(0, second));
    }
  }

  @Property(tries = 300)
  void no_second_sees_more_than_five_quarters_of_the_rate(
      @ForAll @IntRange(min = 4, max = 100) int rate,
      @ForAll @Size(min = 1, max = 60) List<@IntRange(max = 400) Integer> pausesInMillis) {
    Turnstile turnstile = new Turnstile(rate);
    List<Turn> waiting = new ArrayList<>();
    List<Long> passes = new ArrayList<>();
    long now = 0;
    for (int pause : pausesInMillis) {
      now += Duration.ofMillis(pause).toNanos();
      IntStream.range(0, 10).forEach(each -> waiting.add(turnstile.join(Lane.LOOK)));
      turnstile.turn(now);
      long passedAt = now;
      waiting.stream().filter(Turn::passed).forEach(each -> passes.add(passedAt));
      waiting.removeIf(Turn::passed);
    }

    for (int first = 0; first < passes.size(); first++) {
      long end = passes.get(first) + SECOND;
      assertThat(passes.subList(first, passes.size()).stream().filter(at -> at < end).count())
          .isLessThanOrEqualTo(rate + rate / 4);
    }
  }

  @Test
  void who_waits_is_told_for_how_long() {
    Turnstile turnstile = new Turnstile(2);
    turnstile.charge(0);
    turnstile.join(Lane.UNDO);
    turnstile.join(Lane.OPEN);

    assertThat(turnstile.expectedWait(Lane.UNDO, 0)).isEqualTo(Duration.ofSeconds(1));
    assertThat(turnstile.expectedWait(Lane.LOOK, 0)).isEqualTo(Duration.ofSeconds(1));
    assertThat(turnstile.expectedWait(Lane.OPEN, 0)).isEqualTo(Duration.ofMillis(1500));
  }

  @Test
  void a_closed_lane_lets_the_others_by() {
    Turnstile turnstile = new Turnstile(0);
    turnstile.close(Lane.LOOK, 3 * SECOND);
    turnstile.close(Lane.LOOK, SECOND);
    Turn look = turnstile.join(Lane.LOOK);
    Turn open = turnstile.join(Lane.OPEN);

    turnstile.turn(3 * SECOND - 1);
    assertThat(open.passed()).isTrue();
    assertThat(look.passed()).isFalse();

    turnstile.turn(3 * SECOND);
    assertThat(look.passed()).isTrue();
  }

  @Test
  void who_gives_up_holds_nobody_up_and_what_was_not_used_goes_to_the_next() {
    Turnstile turnstile = new Turnstile(1);
    Turn first = turnstile.join(Lane.UNDO);
    turnstile.turn(0);
    assertThat(first.passed()).isTrue();
    turnstile.leave(turnstile.join(Lane.UNDO));
    Turn next = turnstile.join(Lane.OPEN);

    turnstile.turn(0);
    assertThat(next.passed()).isFalse();
    turnstile.giveBack();
    turnstile.turn(0);

    assertThat(next.passed()).isTrue();
    assertThat(turnstile.waiting(Lane.UNDO)).isZero();
  }

  @Test
  void without_a_limit_nobody_waits() {
    Turnstile turnstile = new Turnstile(0);
    List<Turn> turns =
        IntStream.range(0, 1000).mapToObj(each -> turnstile.join(Lane.OPEN)).toList();

    turnstile.turn(0);

    assertThat(turns).allMatch(Turn::passed);
  }
}
