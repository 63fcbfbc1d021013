package io.paymentsaga.payment;

import java.util.List;
import java.util.Map;

/**
 * What a customer is asked to pay for, kept exactly as it was first sent to Stripe: a repeat under
 * the same idempotency key must carry the same parameters. Once the payment is settled, all but the
 * items and amounts may be erased.
 *
 * @param customerEmail null once it was erased, as are both URLs
 * @param shippingAmount minor units
 * @param taxAmount minor units
 * @param shippingAddress null when the caller gave none, or it was erased
 */
public record Checkout(
    String customerEmail,
    List<Item> items,
    long shippingAmount,
    long taxAmount,
    String successUrl,
    String cancelUrl,
    Address shippingAddress,
    Map<String, String> metadata) {

  public Checkout {
    metadata = metadata == null ? Map.of() : metadata;
  }

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
