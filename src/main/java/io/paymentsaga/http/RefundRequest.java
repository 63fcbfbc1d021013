package io.paymentsaga.http;

import com.fasterxml.jackson.annotation.JsonValue;
import io.paymentsaga.payment.Currencies;
import java.util.Locale;

/**
 * A refund as it was asked for.
 *
 * @param amount in minor units, at least 1; null means all that is left. Whether the currency
 *     allows it ({@link Currencies#step}) is only known with the payment
 * @param reason null when the caller gave none
 * @param note for people; null when the caller gave none
 */
public record RefundRequest(Long amount, Reason reason, String note) {

  /** The reasons Stripe knows. */
  public enum Reason {
    DUPLICATE,
    FRAUDULENT,
    REQUESTED_BY_CUSTOMER;

    /** As Stripe writes it, for example {@code requested_by_customer}. */
    @JsonValue
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
