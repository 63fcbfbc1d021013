package io.paymentsaga.payment;

import java.util.Objects;

/**
 * An amount of money.
 *
 * @param amount in the currency's minor unit as Stripe counts it (JPY 500 is {@code 500}); never
 *     negative
 * @param currency ISO 4217, upper case
 */
public record Money(long amount, String currency) {
  public Money {
    Objects.requireNonNull(currency, "currency");
    if (amount < 0) {
      throw new IllegalArgumentException("negative amount: " + amount);
    }
  }
}
