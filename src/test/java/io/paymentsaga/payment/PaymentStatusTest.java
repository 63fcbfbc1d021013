package io.paymentsaga.payment;

import static io.paymentsaga.payment.PaymentStatus.CANCELLED;
import static io.paymentsaga.payment.PaymentStatus.COMPLETED;
import static io.paymentsaga.payment.PaymentStatus.FAILED;
import static io.paymentsaga.payment.PaymentStatus.PARTIALLY_REFUNDED;
import static io.paymentsaga.payment.PaymentStatus.PENDING;
import static io.paymentsaga.payment.PaymentStatus.PROCESSING;
import static io.paymentsaga.payment.PaymentStatus.REFUNDED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PaymentStatusTest {
  /** The published state machine, with the way back that only a refund Stripe fails later takes. */
  private static final Map<PaymentStatus, Set<PaymentStatus>> MOVES =
      Map.of(
          PENDING, Set.of(PROCESSING, COMPLETED, FAILED, CANCELLED),
          PROCESSING, Set.of(COMPLETED, FAILED, CANCELLED),
          COMPLETED, Set.of(PARTIALLY_REFUNDED, REFUNDED),
          PARTIALLY_REFUNDED, Set.of(REFUNDED, COMPLETED),
          REFUNDED, Set.of(PARTIALLY_REFUNDED, COMPLETED),
          FAILED, Set.of(CANCELLED),
          CANCELLED, Set.of());

  @ParameterizedTest
  @EnumSource
  void a_payment_goes_where_the_published_state_machine_says(PaymentStatus from) {
    assertThat(Arrays.stream(PaymentStatus.values()).filter(from::canBecome))
        .containsExactlyInAnyOrderElementsOf(MOVES.get(from));
  }
}
