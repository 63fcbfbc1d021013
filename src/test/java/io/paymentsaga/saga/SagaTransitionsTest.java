package io.paymentsaga.saga;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SagaTransitionsTest {
  private static final List<SagaState> STATES = List.of(SagaState.values());

  /** Rows are where a saga stands, columns where it may go, both in the order of the enum. */
  private static final List<String> TABLE =
      List.of(
          // S PC AP PP PD C PF CG CD F
          ". x x x x x x x . x", // STARTED
          ". . x x x x x x . x", // PAYMENT_CREATED
          ". . . x x x x x . x", // AWAITING_PAYMENT
          ". . . . x x x x . x", // PAYMENT_PROCESSING
          ". . . . . x . . . x", // PAYMENT_COMPLETED
          ". . . . . . . . . .", // COMPLETED
          ". . . . . . . x . x", // PAYMENT_FAILED
          ". . . . . . . . x x", // COMPENSATING
          ". . . . . . . . . .", // COMPENSATED
          ". . . . x x . x x ."); // FAILED

  @ParameterizedTest
  @EnumSource
  void a_saga_may_go_where_the_table_says(SagaState from) {
    assertThat(SagaTransitions.after(from)).containsExactlyElementsOf(marked(from).toList());
  }

  @ParameterizedTest
  @EnumSource
  void a_saga_comes_from_where_the_table_says(SagaState to) {
    assertThat(SagaTransitions.before(to))
        .containsExactlyElementsOf(
            STATES.stream().filter(from -> marked(from).anyMatch(to::equals)).toList());
  }

  @ParameterizedTest
  @EnumSource
  void only_an_end_has_nothing_after_it(SagaState state) {
    assertThat(SagaTransitions.after(state).isEmpty()).isEqualTo(state.isEnd());
  }

  @ParameterizedTest
  @EnumSource
  void nothing_becomes_active_again(SagaState state) {
    if (!state.isActive()) {
      assertThat(SagaTransitions.after(state)).noneMatch(SagaState::isActive);
    }
  }

  private static Stream<SagaState> marked(SagaState from) {
    String[] row = TABLE.get(STATES.indexOf(from)).split(" ", -1);
    return STATES.stream().filter(to -> row[STATES.indexOf(to)].equals("x"));
  }
}
