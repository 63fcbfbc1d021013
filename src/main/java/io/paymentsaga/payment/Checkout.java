package io.paymentsaga.payment;

import java.util.List;
import java.util.Map;

/**
 * What a customer is asked to pay for, kept exactly as it was first sent to Stripe: a repeat under
 * the same idempotency key must carry the same parameters.
 *
 * @param shippingAmount minor units
 * @param taxAmount minor units
 * @param shippingAddress null when the caller gave none
 */
public record Checkout(
    List<Item> items,
    long shippingAmount,
    long taxAmount,
    String successUrl,
    String cancelUrl,
    Address shippingAddress,
    Map<String, String> metadata) {

  /**
   * One line of the order.
   *
   * @param unitAmount minor units
   */
  public record Item(String productId, String productName, long quantity, long unitAmount) {}

  /**
   * Where the goods go; every part but the first line, the city, the postal code and the country
   * may be null.
   */
  public record Address(
      String line1, String line2, String city, String state, String postalCode, String country) {}
}
