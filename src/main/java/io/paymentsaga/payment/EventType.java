package io.paymentsaga.payment;

/** The events this service publishes; each has the topic of its own name. */
public enum EventType {
  PAYMENT_INITIATED("payment.initiated"),
  PAYMENT_PROCESSING("payment.processing"),
  PAYMENT_COMPLETED("payment.completed"),
  PAYMENT_FAILED("payment.failed"),
  PAYMENT_CANCELLED("payment.cancelled"),
  PAYMENT_REFUNDED("payment.refunded"),
  PAYMENT_DISPUTED("payment.disputed"),
  COMPENSATE("saga.payment.compensate"),
  ROLLBACK_COMPLETE("saga.payment.rollback.complete");

  private final String published;

  EventType(String published) {
    this.published = published;
  }

  /** The name on the wire, without a topic prefix. */
  public String published() {
    return published;
  }
}
