package io.paymentsaga.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CurrenciesTest {
  @ParameterizedTest
  @CsvSource({
    "USD, 2, 1",
    "jpy, 0, 1",
    "Kwd, 3, 10",
    "isk, 2, 100",
    "UGX, 2, 100",
    "XOF, 0, 1",
    "HUF, 2, 1"
  })
  void amounts_are_counted_as_stripe_counts_them(String code, int decimals, long step) {
    String currency = Currencies.supported(code).orElseThrow();

    assertThat(currency).isUpperCase();
    assertThat(Currencies.decimals(currency)).isEqualTo(decimals);
    assertThat(Currencies.step(currency)).isEqualTo(step);
  }

  @ParameterizedTest
  @ValueSource(strings = {"XXX", "XAU", "US", "", "USDT", "IRR"})
  void what_stripe_does_not_charge_in_is_not_supported(String code) {
    assertThat(Currencies.supported(code)).isEmpty();
  }
}
