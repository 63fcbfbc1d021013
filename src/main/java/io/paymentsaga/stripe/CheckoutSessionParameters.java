package io.paymentsaga.stripe;

import com.stripe.param.checkout.SessionCreateParams;
import com.stripe.param.checkout.SessionCreateParams.LineItem;
import com.stripe.param.checkout.SessionCreateParams.PaymentIntentData;
import io.paymentsaga.payment.Checkout;
import io.paymentsaga.payment.Payment;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The Checkout Session a payment asks for. Made of stored values alone, so that a repeat under the
 * same idempotency key carries the same parameters (docs.stripe.com/api/idempotent_requests).
 */
final class CheckoutSessionParameters {
  private CheckoutSessionParameters() {}

  static SessionCreateParams of(Payment payment) {
    Checkout checkout = payment.checkout();
    Map<String, String> metadata = new LinkedHashMap<>(checkout.metadata());
    metadata.put("paymentId", payment.paymentId());
    metadata.put("sagaId", payment.sagaId());
    metadata.put("orderId", payment.orderId());
    SessionCreateParams.Builder session =
        SessionCreateParams.builder()
            .setMode(SessionCreateParams.Mode.PAYMENT)
            .setClientReferenceId(payment.paymentId())
            .setCustomerEmail(checkout.customerEmail())
            .setSuccessUrl(checkout.successUrl())
            .setCancelUrl(checkout.cancelUrl())
            .setExpiresAt(payment.expiresAt().getEpochSecond())
            .putAllMetadata(metadata)
            .setPaymentIntentData(intent(checkout, metadata));
    for (Checkout.Item item : checkout.items()) {
      session.addLineItem(line(payment, item.productName(), item.quantity(), item.unitAmount()));
    }
    if (checkout.shippingAmount() > 0) {
      session.addLineItem(line(payment, "Shipping", 1, checkout.shippingAmount()));
    }
    if (checkout.taxAmount() > 0) {
      session.addLineItem(line(payment, "Tax", 1, checkout.taxAmount()));
    }
    return session.build();
  }

  private static LineItem line(Payment payment, String name, long quantity, long unitAmount) {
    return LineItem.builder()
        .setQuantity(quantity)
        .setPriceData(
            LineItem.PriceData.builder()
                .setCurrency(payment.currency().toLowerCase(Locale.ROOT))
                .setUnitAmount(unitAmount)
                .setProductData(LineItem.PriceData.ProductData.builder().setName(name).build())
                .build())
        .build();
  }

  private static PaymentIntentData intent(Checkout checkout, Map<String, String> metadata) {
    PaymentIntentData.Builder intent = PaymentIntentData.builder().putAllMetadata(metadata);
    Checkout.Address address = checkout.shippingAddress();
    if (address != null) {
      intent.setShipping(
          PaymentIntentData.Shipping.builder()
              .setName("Customer")
              .setAddress(
                  PaymentIntentData.Shipping.Address.builder()
                      .setLine1(address.line1())
                      .setLine2(address.line2())
                      .setCity(address.city())
                      .setState(address.state())
                      .setPostalCode(address.postalCode())
                      .setCountry(address.country())
                      .build())
              .build());
    }
    return intent.build();
  }
}
