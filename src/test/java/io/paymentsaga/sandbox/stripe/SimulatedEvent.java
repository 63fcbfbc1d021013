package io.paymentsaga.sandbox.stripe;

import com.stripe.Stripe;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Something that happened, with a snapshot of its object at that time. What becomes of its delivery
 * is written by the delivering threads and guarded by this object.
 */
final class SimulatedEvent implements StripeObject {
  /** How one POST to an endpoint ended: an HTTP status, or 0 and an error. */
  record Attempt(Instant at, String endpoint, int status, String error) {
    boolean accepted() {
      return status >= 200 && status < 300;
    }

    JsonObject toJson() {
      return new JsonObject()
          .put("at", at.toString())
          .put("endpoint", endpoint)
          .put("status", status)
          .put("error", error);
    }
  }

  private static final int REMEMBERED_ATTEMPTS = 20;

  private final String id;
  private final Instant created;
  private final String type;
  private final JsonObject subject;
  private final Cause cause;
  private final Deque<Attempt> lastAttempts = new ArrayDeque<>();
  private final Set<String> owedTo = new LinkedHashSet<>();
  private int attempts;
  private boolean accepted;

  SimulatedEvent(String id, Instant created, String type, JsonObject subject, Cause cause) {
    this.id = id;
    this.created = created;
    this.type = type;
    this.subject = subject;
    this.cause = cause;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public Instant created() {
    return created;
  }

  String type() {
    return type;
  }

  @Override
  public JsonObject toJson() {
    return toJson(Stripe.API_VERSION);
  }

  /** The event as an endpoint of another API version would see it. */
  JsonObject toJson(String apiVersion) {
    return new JsonObject()
        .put("id", id)
        .put("object", "event")
        .put("api_version", apiVersion)
        .put("created", created.getEpochSecond())
        .put("data", new JsonObject().put("object", subject.copy()))
        .put("livemode", false)
        .put("pending_webhooks", pendingWebhooks())
        .put(
            "request",
            new JsonObject()
                .put("id", cause.requestId())
                .put("idempotency_key", cause.idempotencyKey()))
        .put("type", type);
  }

  /** These endpoints are to have it. */
  synchronized void owe(List<WebhookEndpoint> endpoints) {
    endpoints.forEach(endpoint -> owedTo.add(endpoint.id()));
  }

  synchronized void record(Attempt attempt) {
    attempts++;
    if (attempt.accepted()) {
      accepted = true;
      owedTo.remove(attempt.endpoint());
    }
    lastAttempts.addLast(attempt);
    if (lastAttempts.size() > REMEMBERED_ATTEMPTS) {
      lastAttempts.removeFirst();
    }
  }

  /** Whether any endpoint has ever answered 2xx. */
  synchronized boolean isAccepted() {
    return accepted;
  }

  /** Whether no endpoint that was to have it lacks it, which Stripe calls {@code success}. */
  synchronized boolean isDelivered() {
    return owedTo.isEmpty();
  }

  private synchronized int pendingWebhooks() {
    return owedTo.size();
  }

  /** For people and tests: what it is about and how its delivery went. */
  synchronized JsonObject toReport() {
    JsonArray attemptsJson = new JsonArray();
    lastAttempts.forEach(attempt -> attemptsJson.add(attempt.toJson()));
    return new JsonObject()
        .put("id", id)
        .put("type", type)
        .put("created", created.toString())
        .put("object", subject.getString("id"))
        .put("accepted", accepted)
        .put("owedTo", new JsonArray(List.copyOf(owedTo)))
        .put("attempts", attempts)
        .put("lastAttempts", attemptsJson);
  }
}
