package io.paymentsaga.sandbox.stripe;

/**
 * A call that was let in.
 *
 * @param id the object in the path, null when the path names none
 */
record ApiRequest(String path, String id, FormParameters parameters, Cause cause) {}
