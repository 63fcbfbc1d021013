package io.paymentsaga.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.paymentsaga.payment.Money;
import io.paymentsaga.payment.Payment;
import io.paymentsaga.payment.PaymentJourney;
import io.paymentsaga.payment.Refund;
import io.paymentsaga.payment.Signal;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowsTest {
  private final Rows rows = new Rows();
  private final PaymentJourney journey = PaymentJourney.from(Instant.parse("2026-01-01T12:00:00Z"));

  @Test
  void a_payment_is_read_as_it_was_written() {
    journey.take(new Signal.SessionOpened("cs_1"));
    journey.take(new Signal.Captured(new Money(3000, "USD"), "pi_1"));
    Payment payment = journey.payment();

    assertThat(rows.payment(rows.write(payment))).isEqualTo(payment);
  }

  @Test
  void refunds_are_read_as_they_were_written() {
    journey.take(new Signal.Captured(new Money(3000, "USD"), "pi_1"));
    journey.take(new Signal.RefundRequested("refund_1", 1000L, "duplicate", "note"));
    List<Refund> refunds = journey.refunds();

    assertThat(rows.refunds(rows.write(refunds))).isEqualTo(refunds);
    assertThat(rows.refund(rows.write(refunds.get(0)))).isEqualTo(refunds.get(0));
  }

  @Test
  void components_are_named_as_columns_and_what_stands_in_a_column_as_the_api_names_it()
      throws Exception {
    JsonNode row = new ObjectMapper().readTree(rows.write(journey.payment()));

    assertThat(row.path("payment_id").textValue()).isEqualTo("payment_1");
    assertThat(row.path("created_at").textValue()).isEqualTo("2026-01-01T12:00:00Z");
    assertThat(row.path("checkout").path("shippingAmount").longValue()).isEqualTo(500);
  }

  @Test
  void a_column_that_a_newer_version_has_added_is_passed_over() {
    Payment payment = journey.payment();
    String newer = rows.write(payment).replaceFirst("\\{", "{\"added_later\":1,");

    assertThat(rows.payment(newer)).isEqualTo(payment);
  }

  @Test
  void a_row_that_is_none_is_a_bug() {
    assertThatThrownBy(() -> rows.payment("{\"status\":\"LOST\"}"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
