package io.paymentsaga.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SumsTest {
  static Sums[] oneMore() {
    return new Sums[] {
      Sums.captured(1, 0), Sums.captured(0, 1), Sums.refunded(1, 0), Sums.refunded(0, 1)
    };
  }

  @Test
  void each_side_is_summed_up_by_itself() {
    assertThat(new Sums(1, 2, 3, 4).plus(new Sums(10, 20, 30, 40)))
        .isEqualTo(new Sums(11, 22, 33, 44));
  }

  @ParameterizedTest
  @MethodSource("oneMore")
  void a_sum_that_does_not_fit_is_an_error_and_not_another_number(Sums more) {
    Sums most = new Sums(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);

    assertThatThrownBy(() -> most.plus(more)).isInstanceOf(ArithmeticException.class);
  }
}
