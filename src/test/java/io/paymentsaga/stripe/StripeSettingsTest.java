package io.paymentsaga.stripe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StripeSettingsTest {
  @ParameterizedTest
  @CsvSource({
    "https://api.stripe.com, sk_live_1, 80",
    "https://api.stripe.com, rk_live_1, 80",
    "https://api.stripe.com, sk_test_1, 20",
    "http://127.0.0.1:9000, sk_test_1, 0"
  })
  void stripe_itself_is_asked_no_more_than_it_allows(String apiBase, String key, int calls) {
    assertThat(StripeSettings.usualCallsPerSecond(apiBase, key)).isEqualTo(calls);
  }
}
