package io.paymentsaga.sandbox.stripe;

/** The API request an event came from; both parts are null when no request caused it. */
record Cause(String requestId, String idempotencyKey) {
  static final Cause NONE = new Cause(null, null);
}
