package io.paymentsaga.sandbox.stripe;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the simulator is told to do wrong; nothing at first. Of several faults that concern a call
 * the one injected first hits. Safe for use by many threads.
 */
public final class Mischief {
  private final List<ApiFault> apiFaults = new ArrayList<>();
  private WebhookFaults webhookFaults = WebhookFaults.NONE;

  /** Adds a fault to those already there. */
  public synchronized void inject(ApiFault fault) {
    apiFaults.add(fault);
  }

  /** Replaces what goes wrong with webhooks. */
  public synchronized void onWebhooks(WebhookFaults faults) {
    webhookFaults = faults;
  }

  /** Ends all mischief. */
  public synchronized void behave() {
    apiFaults.clear();
    webhookFaults = WebhookFaults.NONE;
  }

  /** The fault that hits this call; it counts as used. */
  synchronized Optional<ApiFault> strike(String method, String path) {
    for (int index = 0; index < apiFaults.size(); index++) {
      ApiFault fault = apiFaults.get(index);
      if (fault.concerns(method, path)) {
        if (fault.times() > 1) {
          apiFaults.set(index, fault.times(fault.times() - 1));
        } else {
          apiFaults.remove(index);
        }
        return Optional.of(fault);
      }
    }
    return Optional.empty();
  }

  /** What goes wrong with the delivery of an event of this type. */
  synchronized WebhookFaults faultsOf(String eventType) {
    return webhookFaults.types().matcher(eventType).matches() ? webhookFaults : WebhookFaults.NONE;
  }

  /** Replaces everything by what the JSON says: {@code {"api": [...], "webhooks": {...}}}. */
  synchronized void replace(JsonObject json) {
    List<ApiFault> faults =
        json.getJsonArray("api", new JsonArray()).stream()
            .map(fault -> ApiFault.fromJson((JsonObject) fault))
            .toList();
    WebhookFaults webhooks =
        WebhookFaults.fromJson(json.getJsonObject("webhooks", new JsonObject()));
    behave();
    apiFaults.addAll(faults);
    webhookFaults = webhooks;
  }

  synchronized JsonObject toJson() {
    JsonArray faults = new JsonArray();
    apiFaults.forEach(fault -> faults.add(fault.toJson()));
    return new JsonObject().put("api", faults).put("webhooks", webhookFaults.toJson());
  }
}
