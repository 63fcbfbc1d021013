package io.paymentsaga.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.paymentsaga.payment.Currencies;
import java.util.List;
import java.util.Map;

/**
 * A checkout as it was asked for, valid in itself. Amounts are in the currency's minor unit as
 * Stripe counts it, and obey {@link Currencies}.
 *
 * @param currency in upper case
 * @param shippingAmount 0 when the caller gave none
 * @param taxAmount 0 when the caller gave none
 * @param amount the sum of items, shipping and tax: between 1 and {@link Currencies#LARGEST_AMOUNT}
 * @param successUrl null when the caller gave none; may hold Stripe's {@code {CHECKOUT_SESSION_ID}}
 * @param cancelUrl null when the caller gave none; may hold the same
 * @param shippingAddress null when the caller gave none
 * @param metadata empty when the caller gave none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CheckoutRequest(
    String orderId,
    String userId,
    String customerEmail,
    String currency,
    List<Item> items,
    long shippingAmount,
    long taxAmount,
    long amount,
    String successUrl,
    String cancelUrl,
    ShippingAddress shippingAddress,
    Map<String, String> metadata) {

  /** One line of the order. */
  public record Item(String productId, String productName, long quantity, long unitAmount) {
    /** Quantity times unit amount. */
    public long amount() {
      return Math.multiplyExact(quantity, unitAmount);
    }
  }

  /**
   * Where the order goes.
   *
   * @param line2 null when there is none
   * @param state null where addresses have none
   * @param postalCode null where addresses have none
   * @param country ISO 3166-1, two letters, in upper case
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ShippingAddress(
      String line1, String line2, String city, String state, String postalCode, String country) {}
}
