package io.paymentsaga.payment;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The currencies Stripe charges in, and its rules for their amounts. An amount is an integer in the
 * currency's minor unit as Stripe counts it.
 *
 * <p>The least Stripe charges is not here: it depends on the account's own currency and on exchange
 * rates, so Stripe is asked, and its refusal passed on.
 *
 * @see <a href="https://docs.stripe.com/currencies">Stripe: supported currencies</a>
 */
public final class Currencies {
  /** Stripe takes at most eight digits. */
  public static final long LARGEST_AMOUNT = 99_999_999;

  /** Without a minor unit: 500 is 500 yen. */
  private static final Set<String> ZERO_DECIMAL =
      codes("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF");

  /** Without a minor unit too, but counted in hundredths, for compatibility. */
  private static final Set<String> WHOLE_HUNDREDS = codes("ISK UGX");

  /** Counted in thousandths, the last of which card networks do not carry. */
  private static final Set<String> THREE_DECIMAL = codes("BHD JOD KWD OMR TND");

  private static final Set<String> TWO_DECIMAL =
      codes(
          "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BWP BYN BZD"
              + " CAD CDF CHF CNY COP CRC CVE CZK DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD"
              + " GTQ GYD HKD HNL HTG HUF IDR ILS INR JMD KES KGS KHR KYD KZT LAK LBP LKR LRD LSL"
              + " MAD MDL MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN"
              + " PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SEK SGD SHP SLE SOS SRD STD SZL THB"
              + " TJS TOP TRY TTD TWD TZS UAH USD UYU UZS WST XCD XCG YER ZAR ZMW");

  private static final Set<String> ALL =
      Stream.of(TWO_DECIMAL, ZERO_DECIMAL, THREE_DECIMAL, WHOLE_HUNDREDS)
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  private Currencies() {}

  static Set<String> all() {
    return ALL;
  }

  private static Set<String> codes(String words) {
    return Set.of(words.split(" ", -1));
  }

  /** The code in upper case when Stripe charges in this currency, else empty. */
  public static Optional<String> supported(String code) {
    String upper = code.toUpperCase(Locale.ROOT);
    return ALL.contains(upper) ? Optional.of(upper) : Optional.empty();
  }

  /** Of what every amount in this currency must be a multiple: 1, 10 or 100. */
  public static long step(String currency) {
    if (WHOLE_HUNDREDS.contains(currency)) {
      return 100;
    }
    return THREE_DECIMAL.contains(currency) ? 10 : 1;
  }

  /** How many digits of an amount stand behind the decimal point: 0, 2 or 3. */
  public static int decimals(String currency) {
    if (ZERO_DECIMAL.contains(currency)) {
      return 0;
    }
    return THREE_DECIMAL.contains(currency) ? 3 : 2;
  }
}
