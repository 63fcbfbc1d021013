package io.paymentsaga.sandbox.stripe;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Map;

/**
 * One call of the API, as the simulator saw it.
 *
 * @param parameters by their full names
 * @param idempotencyKey null when none was sent
 * @param fault the mischief that hit it, null when none did
 * @param status answered; 0 while there is no answer, or when the connection was closed instead
 * @param replayed whether the answer was remembered from an earlier call
 */
public record ApiCall(
    String requestId,
    Instant at,
    String method,
    String path,
    Map<String, String> parameters,
    String idempotencyKey,
    ApiFault.Kind fault,
    int status,
    boolean replayed) {

  ApiCall answered(int answer, boolean fromMemory) {
    return new ApiCall(
        requestId, at, method, path, parameters, idempotencyKey, fault, answer, fromMemory);
  }

  JsonObject toJson() {
    return new JsonObject()
        .put("requestId", requestId)
        .put("at", at.toString())
        .put("method", method)
        .put("path", path)
        .put("parameters", new JsonObject(Map.copyOf(parameters)))
        .put("idempotencyKey", idempotencyKey)
        .put("fault", fault == null ? null : fault.name())
        .put("status", status)
        .put("replayed", replayed);
  }
}
