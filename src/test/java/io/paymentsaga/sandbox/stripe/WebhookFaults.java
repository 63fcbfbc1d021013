package io.paymentsaga.sandbox.stripe;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/**
 * How the delivery of webhooks goes wrong. It applies to events that happen while it is set.
 *
 * @param types a regular expression for the types of events it hits
 * @param lost whether events are never sent
 * @param copies how often each event is sent, 1 when nothing is wrong
 * @param delay before an event is first sent
 * @param reversed whether events that happen within a third of a second are sent newest first
 * @param apiVersion of the events, null for the endpoint's own
 * @param doubled whether one change makes two event objects
 */
public record WebhookFaults(
    Pattern types,
    boolean lost,
    int copies,
    Duration delay,
    boolean reversed,
    String apiVersion,
    boolean doubled) {

  public static final WebhookFaults NONE =
      new WebhookFaults(Pattern.compile(".*"), false, 1, Duration.ZERO, false, null, false);

  public WebhookFaults onTypes(String regex) {
    return new WebhookFaults(
        Pattern.compile(regex), lost, copies, delay, reversed, apiVersion, doubled);
  }

  public WebhookFaults losing() {
    return new WebhookFaults(types, true, copies, delay, reversed, apiVersion, doubled);
  }

  public WebhookFaults copying(int times) {
    return new WebhookFaults(types, lost, times, delay, reversed, apiVersion, doubled);
  }

  public WebhookFaults delaying(Duration time) {
    return new WebhookFaults(types, lost, copies, time, reversed, apiVersion, doubled);
  }

  public WebhookFaults reversing() {
    return new WebhookFaults(types, lost, copies, delay, true, apiVersion, doubled);
  }

  public WebhookFaults speaking(String version) {
    return new WebhookFaults(types, lost, copies, delay, reversed, version, doubled);
  }

  public WebhookFaults doubling() {
    return new WebhookFaults(types, lost, copies, delay, reversed, apiVersion, true);
  }

  static WebhookFaults read(SwitchReader switches) {
    switches.knowing("types", "lost", "copies", "delayMillis", "reversed", "apiVersion", "doubled");
    return new WebhookFaults(
        Pattern.compile(switches.text("types", NONE.types().pattern())),
        switches.flag("lost", NONE.lost()),
        switches.count("copies", NONE.copies()),
        switches.millis("delayMillis", NONE.delay()),
        switches.flag("reversed", NONE.reversed()),
        switches.text("apiVersion").orElse(null),
        switches.flag("doubled", NONE.doubled()));
  }

  boolean concerns(String type) {
    return types.matcher(type).matches();
  }

  /** For people: what it does to an event, empty when nothing. */
  String inWords() {
    if (lost) {
      return "never sent";
    }
    StringJoiner words = new StringJoiner(", ");
    if (copies > 1) {
      words.add("sent " + copies + " times");
    }
    if (!delay.isZero()) {
      words.add("sent " + delay.toMillis() + " ms later");
    }
    if (reversed) {
      words.add("sent after those that follow");
    }
    if (apiVersion != null) {
      words.add("in API version " + apiVersion);
    }
    return words.toString();
  }

  JsonObject toJson() {
    return new JsonObject()
        .put("types", types.pattern())
        .put("lost", lost)
        .put("copies", copies)
        .put("delayMillis", delay.toMillis())
        .put("reversed", reversed)
        .put("apiVersion", apiVersion)
        .put("doubled", doubled);
  }
}
