package io.paymentsaga.sandbox.stripe;

import java.math.BigDecimal;
import java.text.NumberFormat;
import java.util.Currency;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * An amount in Stripe's smallest unit of a currency, which is written in lower case. See <a
 * href="https://docs.stripe.com/currencies">Stripe's rules</a>.
 */
record StripeAmount(long units, String currency) {
  private static final long MAXIMUM = 99_999_999;
  private static final Map<String, Long> MINIMUM =
      Map.of("usd", 50L, "eur", 50L, "gbp", 30L, "jpy", 50L);
  private static final Set<String> WITHOUT_DECIMALS =
      Set.of(
          "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf",
          "xof", "xpf");
  private static final Set<String> WITH_THREE_DECIMALS = Set.of("bhd", "jod", "kwd", "omr", "tnd");
  // Stripe counts these in hundredths although nobody can pay a hundredth.
  private static final Set<String> IN_WHOLE_HUNDREDS = Set.of("isk", "ugx");

  static void refuseUnknownCurrency(String currency, String parameter) {
    boolean known =
        Currency.getAvailableCurrencies().stream()
            .anyMatch(one -> one.getCurrencyCode().toLowerCase(Locale.ROOT).equals(currency));
    if (!known) {
      throw ApiError.invalid("Invalid currency: " + currency, null, parameter);
    }
  }

  /** Refuses a sum Stripe could not charge. */
  void refuseUnchargeable() {
    if (units < MINIMUM.getOrDefault(currency, 1L)) {
      throw ApiError.invalid(
          "The Checkout Session's total amount due must add up to at least "
              + new StripeAmount(MINIMUM.getOrDefault(currency, 1L), currency),
          "amount_too_small",
          null);
    }
    if (units > MAXIMUM) {
      throw ApiError.invalid(
          "The Checkout Session's total amount due must be no more than "
              + new StripeAmount(MAXIMUM, currency),
          "amount_too_large",
          null);
    }
  }

  /** Refuses an amount finer than the currency's coins. */
  void refuseUnpayableFraction(String parameter) {
    boolean unpayable =
        (IN_WHOLE_HUNDREDS.contains(currency) && units % 100 != 0)
            || (WITH_THREE_DECIMALS.contains(currency) && units % 10 != 0);
    if (unpayable) {
      throw ApiError.invalid(
          "Invalid amount " + units + " for the currency " + currency + ".",
          "invalid_amount",
          parameter);
    }
  }

  /** For people: {@code $30.00}. */
  @Override
  public String toString() {
    NumberFormat format = NumberFormat.getCurrencyInstance(Locale.US);
    format.setCurrency(Currency.getInstance(currency.toUpperCase(Locale.ROOT)));
    format.setMinimumFractionDigits(decimals());
    format.setMaximumFractionDigits(decimals());
    return format.format(BigDecimal.valueOf(units, decimals()));
  }

  private int decimals() {
    if (WITHOUT_DECIMALS.contains(currency)) {
      return 0;
    }
    return WITH_THREE_DECIMALS.contains(currency) ? 3 : 2;
  }
}
