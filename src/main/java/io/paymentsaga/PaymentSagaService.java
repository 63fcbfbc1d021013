package io.paymentsaga;

/** Starts the payment service. */
public final class PaymentSagaService {
  private PaymentSagaService() {}

  /** Runs until the process is told to stop. */
  public static void main(String[] args) {}
}
