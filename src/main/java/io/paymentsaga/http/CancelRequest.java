package io.paymentsaga.http;

/**
 * A cancellation as it was asked for.
 *
 * @param reason null when the caller gave none
 */
public record CancelRequest(String reason) {}
