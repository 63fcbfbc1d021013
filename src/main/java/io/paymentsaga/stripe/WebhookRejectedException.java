package io.paymentsaga.stripe;

/** A webhook that did not come from Stripe, or that cannot be read. */
public final class WebhookRejectedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public WebhookRejectedException(String message) {
    super(message);
  }
}
