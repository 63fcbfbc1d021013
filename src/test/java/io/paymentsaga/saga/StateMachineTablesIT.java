package io.paymentsaga.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.paymentsaga.payment.PaymentStatus;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.DataIntegrityViolationException;

/** The database knows the same state machines as the code, and lets nobody past them. */
@Timeout(60)
class StateMachineTablesIT {
  @RegisterExtension static final SagaDatabase DATABASE = new SagaDatabase();

  private record Move(String from, String to) {}

  @Test
  void the_moves_of_a_saga_are_those_of_the_code() {
    List<Move> legal =
        Arrays.stream(SagaState.values())
            .flatMap(from -> SagaTransitions.after(from).stream().map(to -> move(from, to)))
            .toList();

    assertThat(moves("SELECT from_state, to_state FROM saga_transition"))
        .containsExactlyInAnyOrderElementsOf(legal);
  }

  @Test
  void the_moves_of_a_payment_are_those_of_the_code() {
    List<Move> legal =
        Arrays.stream(PaymentStatus.values())
            .flatMap(
                from ->
                    Arrays.stream(PaymentStatus.values())
                        .filter(from::canBecome)
                        .map(to -> move(from, to)))
            .toList();

    assertThat(moves("SELECT from_status, to_status FROM payment_transition"))
        .containsExactlyInAnyOrderElementsOf(legal);
  }

  @ParameterizedTest
  @EnumSource
  void a_saga_moved_by_hand_goes_only_where_the_code_says(SagaState from) {
    for (SagaState to : others(from, SagaState.values())) {
      String sagaId = from + ">" + to;
      insertSaga(sagaId, from);

      check(
          SagaTransitions.isLegal(from, to),
          () -> updateSaga(sagaId, to),
          "saga %s cannot go from %s to %s".formatted(sagaId, from, to));
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_payment_moved_by_hand_goes_only_where_the_code_says(PaymentStatus from) {
    for (PaymentStatus to : others(from, PaymentStatus.values())) {
      String paymentId = from + ">" + to;
      insertPayment(paymentId, from);

      check(
          from.canBecome(to),
          () -> updatePayment(paymentId, to),
          "payment %s cannot go from %s to %s".formatted(paymentId, from, to));
    }
  }

  @Test
  void a_saga_that_stays_where_it_is_may_be_written() {
    insertSaga("saga", SagaState.COMPLETED);

    assertThatCode(() -> updateSaga("saga", SagaState.COMPLETED)).doesNotThrowAnyException();
  }

  private static void check(boolean legal, ThrowingCallable update, String refusal) {
    if (legal) {
      assertThatCode(update).doesNotThrowAnyException();
    } else {
      assertThatThrownBy(update)
          .isInstanceOf(DataIntegrityViolationException.class)
          .hasMessageContaining(refusal);
    }
  }

  private static void insertSaga(String sagaId, SagaState state) {
    DATABASE
        .jdbc()
        .sql(
            """
            INSERT INTO saga (saga_id, kind, state, ended_at, due_at)
            VALUES (:sagaId, 'test', :state, CASE WHEN :ended THEN now() END, CASE WHEN :active THEN now() END)
            """)
        .param("sagaId", sagaId)
        .param("state", state.name())
        .param("ended", state.isEnd())
        .param("active", isWorkedOn(state))
        .update();
  }

  private static void updateSaga(String sagaId, SagaState state) {
    DATABASE
        .jdbc()
        .sql(
            """
            UPDATE saga
            SET state = :state, ended_at = CASE WHEN :ended THEN now() END, due_at = CASE WHEN :active THEN now() END
            WHERE saga_id = :sagaId
            """)
        .param("sagaId", sagaId)
        .param("state", state.name())
        .param("ended", state.isEnd())
        .param("active", isWorkedOn(state))
        .update();
  }

  private static boolean isWorkedOn(SagaState state) {
    return !state.isEnd() && state != SagaState.FAILED;
  }

  private static void insertPayment(String paymentId, PaymentStatus status) {
    insertSaga(paymentId, SagaState.STARTED);
    DATABASE
        .jdbc()
        .sql("INSERT INTO order_reference (order_id) VALUES (:paymentId) ON CONFLICT DO NOTHING")
        .param("paymentId", paymentId)
        .update();
    DATABASE
        .jdbc()
        .sql(
            """
            INSERT INTO payment (payment_id, order_id, user_id, currency, amount, captured_amount,
              status, saga_id, correlation_id, checkout, expires_at, created_at, updated_at)
            VALUES (:paymentId, :paymentId, 'usr_7', 'USD', 1, 1,
              :status, :paymentId, :paymentId, '{}', now(), now(), now())
            """)
        .param("paymentId", paymentId)
        .param("status", status.name())
        .update();
  }

  private static void updatePayment(String paymentId, PaymentStatus status) {
    DATABASE
        .jdbc()
        .sql("UPDATE payment SET status = :status WHERE payment_id = :paymentId")
        .param("paymentId", paymentId)
        .param("status", status.name())
        .update();
  }

  private static List<Move> moves(String sql) {
    return DATABASE
        .jdbc()
        .sql(sql)
        .query((row, number) -> new Move(row.getString(1), row.getString(2)))
        .list();
  }

  private static Move move(Enum<?> from, Enum<?> to) {
    return new Move(from.name(), to.name());
  }

  private static <E> List<E> others(E one, E[] all) {
    return Stream.of(all).filter(each -> !each.equals(one)).toList();
  }
}
