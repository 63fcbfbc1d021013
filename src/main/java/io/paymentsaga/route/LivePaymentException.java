package io.paymentsaga.route;

/** An order that has a live payment cannot get another. */
public final class LivePaymentException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String paymentId;

  /**
   * @param paymentId the live payment; null when the caller may not know it
   */
  public LivePaymentException(String paymentId) {
    super("the order has a live payment");
    this.paymentId = paymentId;
  }

  public String paymentId() {
    return paymentId;
  }
}
