package io.paymentsaga.payment;

/** A signal on its way to the one door. */
public record PaymentSignal(String paymentId, Signal signal, Cause cause) {}
