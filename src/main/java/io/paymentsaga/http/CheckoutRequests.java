package io.paymentsaga.http;

import io.paymentsaga.http.CheckoutRequest.Item;
import io.paymentsaga.http.CheckoutRequest.ShippingAddress;
import io.paymentsaga.payment.Currencies;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.camel.Exchange;

/** The route step that reads and checks the body of a checkout. */
public final class CheckoutRequests {
  private static final int MOST_ITEMS = 100;
  private static final long LARGEST_QUANTITY = 999_999;
  private static final int MOST_METADATA = 20;

  private static final TextRule ID = TextRule.line(255);
  private static final TextRule NAME = TextRule.line(250);
  private static final TextRule ADDRESS_LINE = TextRule.line(200);
  private static final TextRule POSTAL_CODE = TextRule.line(20);
  private static final TextRule METADATA_VALUE = TextRule.anyLine(500);

  /** Square brackets would change which parameter it is on its way to Stripe. */
  private static final TextRule METADATA_KEY =
      TextRule.formed(
          40, "[^\\[\\]\\p{Cc}\\p{Cs}]*", "printable characters without square brackets");

  private static final TextRule EMAIL =
      TextRule.formed(254, "[^@\\s\\p{Z}\\p{C}]+@[^@\\s\\p{Z}\\p{C}]+", "an e-mail address");

  private static final TextRule CURRENCY =
      TextRule.formed(3, "[A-Za-z]{3}", "an ISO 4217 code of three letters");
  private static final TextRule COUNTRY =
      TextRule.formed(2, "[A-Za-z]{2}", "an ISO 3166-1 code of two letters");
  private static final Set<String> COUNTRIES = Set.of(Locale.getISOCountries());

  private static final TextRule URL = TextRule.line(2048);

  /** Stripe puts the session's id here; the braces alone would make the URL malformed. */
  private static final String SESSION_PLACEHOLDER = "{CHECKOUT_SESSION_ID}";

  /**
   * The checkout in the exchange's body.
   *
   * @throws ProblemException 400 with every fault there is, 415 when the body is not JSON
   */
  public CheckoutRequest read(Exchange exchange) {
    return JsonBodies.required(exchange, CheckoutRequests::checkout);
  }

  private static CheckoutRequest checkout(JsonFields fields) {
    String currency = currency(fields);
    List<Item> items = fields.objects("items", MOST_ITEMS, item -> item(item, currency));
    long shipping = optionalMoney(fields, "shippingAmount", currency);
    long tax = optionalMoney(fields, "taxAmount", currency);
    return new CheckoutRequest(
        fields.text("orderId", ID),
        fields.text("userId", ID),
        fields.text("customerEmail", EMAIL),
        currency,
        items,
        shipping,
        tax,
        total(fields, items, shipping, tax),
        url(fields, "successUrl"),
        url(fields, "cancelUrl"),
        fields.optionalObject("shippingAddress", CheckoutRequests::address),
        fields.texts("metadata", MOST_METADATA, METADATA_KEY, METADATA_VALUE));
  }

  /** The currency in upper case; null when there is none or Stripe does not know it. */
  private static String currency(JsonFields fields) {
    String code = fields.text("currency", CURRENCY);
    if (code == null) {
      return null;
    }
    String supported = Currencies.supported(code).orElse(null);
    if (supported == null) {
      fields.reject("currency", ErrorCode.UNSUPPORTED_CURRENCY, "is not supported by Stripe");
    }
    return supported;
  }

  private static Item item(JsonFields fields, String currency) {
    long unitAmount = fields.integer("unitAmount", 0, Currencies.LARGEST_AMOUNT);
    checkStep(fields, "unitAmount", unitAmount, currency);
    return new Item(
        fields.text("productId", ID),
        fields.text("productName", NAME),
        fields.integer("quantity", 1, LARGEST_QUANTITY),
        unitAmount);
  }

  private static long optionalMoney(JsonFields fields, String name, String currency) {
    long amount = fields.integer(name, 0, Currencies.LARGEST_AMOUNT, /* whenAbsent= */ 0);
    checkStep(fields, name, amount, currency);
    return amount;
  }

  private static void checkStep(JsonFields fields, String name, long amount, String currency) {
    if (currency != null && amount % Currencies.step(currency) != 0) {
      fields.reject(
          name,
          ErrorCode.INVALID_AMOUNT_FOR_CURRENCY,
          "must be a multiple of " + Currencies.step(currency) + " in " + currency);
    }
  }

  private static long total(JsonFields fields, List<Item> items, long shipping, long tax) {
    Long expected = fields.optionalInteger("amount", 0, Currencies.LARGEST_AMOUNT);
    if (!fields.sound("items", "shippingAmount", "taxAmount", "amount")) {
      return 0;
    }
    long total = Math.addExact(shipping, tax);
    for (Item item : items) {
      total = Math.addExact(total, item.amount());
    }
    if (expected != null && expected != total) {
      fields.reject("amount", ErrorCode.AMOUNT_MISMATCH, "must be " + total + ", the sum");
    } else if (total < 1 || total > Currencies.LARGEST_AMOUNT) {
      fields.reject(
          "amount",
          ErrorCode.OUT_OF_RANGE,
          "the sum must be between 1 and " + Currencies.LARGEST_AMOUNT + ", and is " + total);
    }
    return total;
  }

  private static String url(JsonFields fields, String name) {
    String url = fields.optionalText(name, URL);
    if (url != null && !isWebAddress(url)) {
      fields.reject(
          name, ErrorCode.INVALID_FORMAT, "must be an absolute http or https URL without a user");
    }
    return url;
  }

  private static boolean isWebAddress(String url) {
    try {
      URI uri = new URI(url.replace(SESSION_PLACEHOLDER, "id"));
      return ("https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme()))
          && uri.getHost() != null
          && uri.getRawUserInfo() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static ShippingAddress address(JsonFields fields) {
    return new ShippingAddress(
        fields.text("line1", ADDRESS_LINE),
        fields.optionalText("line2", ADDRESS_LINE),
        fields.text("city", ADDRESS_LINE),
        fields.optionalText("state", ADDRESS_LINE),
        fields.optionalText("postalCode", POSTAL_CODE),
        country(fields));
  }

  private static String country(JsonFields fields) {
    String code = fields.text("country", COUNTRY);
    if (code == null) {
      return null;
    }
    String upper = code.toUpperCase(Locale.ROOT);
    if (!COUNTRIES.contains(upper)) {
      fields.reject("country", ErrorCode.INVALID_VALUE, "is not the code of a country");
    }
    return upper;
  }
}
