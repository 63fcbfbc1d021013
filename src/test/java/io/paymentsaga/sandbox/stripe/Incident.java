package io.paymentsaga.sandbox.stripe;

import io.vertx.core.json.JsonObject;
import java.time.Instant;

/**
 * Something that went wrong on purpose.
 *
 * @param subject the call or the event it happened to
 * @param id of the request or of the event
 */
record Incident(Instant at, String subject, String id, String what) {
  JsonObject toJson() {
    return new JsonObject()
        .put("at", at.toString())
        .put("subject", subject)
        .put("id", id)
        .put("what", what);
  }
}
