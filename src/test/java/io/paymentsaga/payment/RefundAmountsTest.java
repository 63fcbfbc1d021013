package io.paymentsaga.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.paymentsaga.payment.Decision.Verdict;
import io.paymentsaga.payment.Signal.IfPaid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What may be given back, to the last digit. */
class RefundAmountsTest {
  @ParameterizedTest
  @CsvSource({
    "USD, 5000, 1, ACCEPTED",
    "JPY, 5000, 1, ACCEPTED",
    "KWD, 5000, 1230, ACCEPTED",
    "KWD, 5000, 1234, NOT_PAYABLE",
    "ISK, 5000, 1200, ACCEPTED",
    "ISK, 5000, 1250, NOT_PAYABLE",
    "UGX, 5000, 4999, NOT_PAYABLE",
    "USD, 5000, 5001, MORE_THAN_LEFT",
    "USD, 5000, 9223372036854775807, MORE_THAN_LEFT"
  })
  void a_part_is_given_back_if_the_currency_allows_it(
      String currency, long paid, long part, Verdict verdict) {
    PaymentJourney journey = paid(new Money(paid, currency));

    assertThat(journey.decide(new Signal.RefundRequested("refund_1", part, null, null)).verdict())
        .isEqualTo(verdict);
    assertThat(journey.decide(commanded(part)).verdict()).isEqualTo(verdict);
  }

  @Test
  void all_that_is_left_can_always_be_given_back() {
    PaymentJourney journey = paid(new Money(5000, "ISK"));
    journey.take(new Signal.RefundRequested("refund_1", 1200L, null, null));

    Decision rest = journey.decide(new Signal.RefundRequested("refund_2", null, null, null));

    assertThat(rest.refundToOpen().amount()).isEqualTo(3800);
  }

  @Test
  void money_is_counted_in_the_currency_it_came_in() {
    PaymentJourney journey = PaymentJourney.asking(new Money(5000, "USD"));
    journey.take(new Signal.SessionOpened("cs_1"));
    journey.take(new Signal.Captured(new Money(5000, "ISK"), "pi_1"));
    assertThat(journey.payment().refundable()).isEqualTo(5000);

    assertThat(journey.decide(orderCancelled()).refundToOpen().amount()).isEqualTo(5000);
  }

  @Test
  void books_that_would_overflow_are_left_as_they_are() {
    PaymentJourney journey = paid(new Money(Long.MAX_VALUE, "USD"));
    lose(journey, "du_1", Long.MAX_VALUE);

    assertThatThrownBy(() -> lose(journey, "du_2", 1)).isInstanceOf(ArithmeticException.class);

    assertThat(journey.payment().lostAmount()).isEqualTo(Long.MAX_VALUE);
    assertThat(journey.payment().refundable()).isZero();
  }

  private static PaymentJourney paid(Money money) {
    PaymentJourney journey = PaymentJourney.asking(money);
    journey.take(new Signal.SessionOpened("cs_1"));
    journey.take(new Signal.Captured(money, "pi_1"));
    return journey;
  }

  private static Signal commanded(long amount) {
    return new Signal.CancelRequested(
        PaymentStatus.CANCELLED,
        "no",
        IfPaid.REFUND,
        amount,
        new Command("command_1", "refund_payment"),
        "refund_1");
  }

  private static Signal orderCancelled() {
    return new Signal.OrderCancelled("no", "shop", "refund_1");
  }

  private static void lose(PaymentJourney journey, String disputeId, long amount) {
    journey.take(
        new Signal.DisputeReported(
            disputeId, new Money(amount, "USD"), Dispute.Status.LOST, "lost", "fraudulent"));
  }
}
