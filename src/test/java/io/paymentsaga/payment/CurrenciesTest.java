package io.paymentsaga.payment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Currency;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Holds the table against ISO 4217 as the JDK has it, and against the few words in which Stripe
 * says where it counts otherwise (docs.stripe.com/currencies).
 */
class CurrenciesTest {
  /** Counted otherwise than ISO 4217 does: ariary in whole ones, two others in hundredths. */
  private static final Map<String, Integer> COUNTED_OTHERWISE =
      Map.of("MGA", 0, "ISK", 2, "UGX", 2);

  /** "Special cases": the last two digits must be 00. HUF and TWD are special for payouts only. */
  private static final Set<String> WHOLE_HUNDREDS = Set.of("ISK", "UGX");

  /** Younger than the JDK, which need not know them; hundredths both. */
  private static final Set<String> NEW = Set.of("SLE", "XCG");

  static Set<String> supported() {
    return Currencies.all();
  }

  @ParameterizedTest
  @MethodSource("supported")
  void an_amount_has_the_digits_of_iso_4217_but_where_stripe_says_otherwise(String code) {
    int digits = NEW.contains(code) ? 2 : Currency.getInstance(code).getDefaultFractionDigits();

    assertThat(Currencies.decimals(code)).isEqualTo(COUNTED_OTHERWISE.getOrDefault(code, digits));
  }

  @ParameterizedTest
  @MethodSource("supported")
  void an_amount_is_a_multiple_of_what_networks_carry(String code) {
    long step = Currencies.decimals(code) == 3 ? 10 : 1;

    assertThat(Currencies.step(code)).isEqualTo(WHOLE_HUNDREDS.contains(code) ? 100 : step);
  }

  @Test
  void there_are_as_many_as_stripe_says() {
    assertThat(Currencies.all()).hasSizeGreaterThan(135);
  }

  @ParameterizedTest
  @ValueSource(strings = {"jpy", "Kwd", "XOF"})
  void a_code_is_read_in_any_case_and_written_in_upper(String code) {
    assertThat(Currencies.supported(code).orElseThrow()).isEqualToIgnoringCase(code).isUpperCase();
  }

  @ParameterizedTest
  @ValueSource(strings = {"XXX", "XAU", "US", "", "USDT", "IRR"})
  void what_stripe_does_not_charge_in_is_not_supported(String code) {
    assertThat(Currencies.supported(code)).isEmpty();
  }
}
