package io.paymentsaga.sandbox.stripe;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * How the delivery of webhooks goes wrong. It applies to events that happen while it is set.
 *
 * @param types a regular expression for the types of events it hits
 * @param lost whether events are never sent
 * @param copies how often each event is sent, 1 when nothing is wrong
 * @param delay before an event is first sent
 * @param reversed whether events that happen within a third of a second are sent newest first
 * @param apiVersion of the events, null for the SDK's own
 */
public record WebhookFaults(
    Pattern types, boolean lost, int copies, Duration delay, boolean reversed, String apiVersion) {

  public static final WebhookFaults NONE =
      new WebhookFaults(Pattern.compile(".*"), false, 1, Duration.ZERO, false, null);

  public WebhookFaults onTypes(String regex) {
    return new WebhookFaults(Pattern.compile(regex), lost, copies, delay, reversed, apiVersion);
  }

  public WebhookFaults losing() {
    return new WebhookFaults(types, true, copies, delay, reversed, apiVersion);
  }

  public WebhookFaults copying(int times) {
    return new WebhookFaults(types, lost, times, delay, reversed, apiVersion);
  }

  public WebhookFaults delaying(Duration time) {
    return new WebhookFaults(types, lost, copies, time, reversed, apiVersion);
  }

  public WebhookFaults reversing() {
    return new WebhookFaults(types, lost, copies, delay, true, apiVersion);
  }

  public WebhookFaults speaking(String version) {
    return new WebhookFaults(types, lost, copies, delay, reversed, version);
  }

  static WebhookFaults fromJson(JsonObject json) {
    return new WebhookFaults(
        Pattern.compile(json.getString("types", NONE.types().pattern())),
        json.getBoolean("lost", NONE.lost()),
        json.getInteger("copies", NONE.copies()),
        Duration.ofMillis(json.getLong("delayMillis", NONE.delay().toMillis())),
        json.getBoolean("reversed", NONE.reversed()),
        json.getString("apiVersion"));
  }

  JsonObject toJson() {
    return new JsonObject()
        .put("types", types.pattern())
        .put("lost", lost)
        .put("copies", copies)
        .put("delayMillis", delay.toMillis())
        .put("reversed", reversed)
        .put("apiVersion", apiVersion);
  }
}
