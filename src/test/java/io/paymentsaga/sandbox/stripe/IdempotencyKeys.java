package io.paymentsaga.sandbox.stripe;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Remembers for 24 hours what a call under a key was answered; see <a
 * href="https://docs.stripe.com/api/idempotent_requests">Stripe's rules</a>. Safe for use by many
 * threads.
 */
final class IdempotencyKeys {
  private static final Duration LIFETIME = Duration.ofHours(24);

  /** What the first call under a key was answered. */
  record Replay(ApiAnswer answer, String originalRequestId) {}

  private record Use(
      Instant begun,
      String requestId,
      String endpoint,
      Map<String, String> parameters,
      ApiAnswer answer) {}

  private final Map<String, Use> uses = new LinkedHashMap<>();
  private final Clock clock;

  IdempotencyKeys(Clock clock) {
    this.clock = clock;
  }

  /**
   * Begins a call under a key, which the caller must {@link #finish}, or finds what it was answered
   * before.
   *
   * @throws ApiError when the key is in use, or was used for something else
   */
  synchronized Optional<Replay> begin(
      String key, String requestId, String endpoint, Map<String, String> parameters) {
    forgetOld();
    Use earlier = uses.get(key);
    if (earlier == null) {
      uses.put(key, new Use(clock.instant(), requestId, endpoint, parameters, null));
      return Optional.empty();
    }
    if (!earlier.endpoint().equals(endpoint)) {
      throw misuse(
          "Keys for idempotent requests can only be used for the same endpoint they were first used"
              + " for ('"
              + earlier.endpoint()
              + "'). Try using a key other than '"
              + key
              + "' if you meant to execute a different request.");
    }
    if (!earlier.parameters().equals(parameters)) {
      throw misuse(
          "Keys for idempotent requests can only be used with the same parameters they were first"
              + " used with. Try using a key other than '"
              + key
              + "' if you meant to execute a different request.");
    }
    if (earlier.answer() == null) {
      throw new ApiError(
          409,
          "idempotency_error",
          "idempotency_key_in_use",
          null,
          "There is currently another in-progress request using this Idempotent Key (that probably"
              + " means you submitted twice, and the other request is still going through): "
              + key);
    }
    return Optional.of(new Replay(earlier.answer(), earlier.requestId()));
  }

  synchronized void finish(String key, ApiAnswer answer) {
    uses.computeIfPresent(
        key,
        (same, use) ->
            new Use(use.begun(), use.requestId(), use.endpoint(), use.parameters(), answer));
  }

  /** Forgets a call that was refused before it began. */
  synchronized void forget(String key) {
    uses.remove(key);
  }

  synchronized JsonArray toJson() {
    JsonArray keys = new JsonArray();
    uses.forEach(
        (key, use) ->
            keys.add(
                new JsonObject()
                    .put("key", key)
                    .put("endpoint", use.endpoint())
                    .put("begun", use.begun().toString())
                    .put("status", use.answer() == null ? null : use.answer().status())));
    return keys;
  }

  private void forgetOld() {
    Instant oldest = clock.instant().minus(LIFETIME);
    Iterator<Use> fromOldest = uses.values().iterator();
    while (fromOldest.hasNext() && fromOldest.next().begun().isBefore(oldest)) {
      fromOldest.remove();
    }
  }

  private static ApiError misuse(String message) {
    return new ApiError(400, "idempotency_error", null, null, message);
  }
}
