package io.paymentsaga.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MoneyTest {
  @Test
  void money_is_never_negative() {
    assertThatThrownBy(() -> new Money(-1, "USD")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void the_same_amount_of_another_currency_is_other_money() {
    assertThat(new Money(3000, "USD")).isNotEqualTo(new Money(3000, "EUR"));
  }
}
