package io.paymentsaga.http;

/**
 * A key that a call holds until it has its answer, or has failed to find one.
 *
 * @param token tells this holder from whoever takes the key over when its lease is up
 * @param paymentId the payment that an earlier call has made under the key and not got answered;
 *     null when there is none
 */
record Claim(IdempotencyKey key, String token, String paymentId) {}
