package io.paymentsaga.route;

/** A signal for a payment this service does not have. */
public final class UnknownPaymentException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnknownPaymentException(String paymentId) {
    super("no payment " + paymentId);
  }
}
