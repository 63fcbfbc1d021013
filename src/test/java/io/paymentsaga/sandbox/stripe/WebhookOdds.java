package io.paymentsaga.sandbox.stripe;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * How likely it is that an event's delivery goes wrong, each way on its own.
 *
 * @param types a regular expression for the types of events it concerns
 * @param drop that the event is never sent
 * @param duplicate that it is sent twice
 * @param delay that it is sent later, by up to {@code delayUpTo}
 * @param reorder that it waits until those that happen within a third of a second have gone first
 * @param twoEvents that one change makes two event objects
 */
public record WebhookOdds(
    Pattern types,
    double drop,
    double duplicate,
    double delay,
    Duration delayUpTo,
    double reorder,
    double twoEvents) {

  static final WebhookOdds NONE = read(SwitchReader.of(new JsonObject()));

  static WebhookOdds read(SwitchReader switches) {
    switches.knowing(
        "types", "drop", "duplicate", "delay", "delayUpToMillis", "reorder", "twoEvents");
    return new WebhookOdds(
        Pattern.compile(switches.text("types", ".*")),
        switches.probability("drop"),
        switches.probability("duplicate"),
        switches.probability("delay"),
        switches.millis("delayUpToMillis", Duration.ofSeconds(5)),
        switches.probability("reorder"),
        switches.probability("twoEvents"));
  }

  JsonObject toJson() {
    return new JsonObject()
        .put("types", types.pattern())
        .put("drop", drop)
        .put("duplicate", duplicate)
        .put("delay", delay)
        .put("delayUpToMillis", delayUpTo.toMillis())
        .put("reorder", reorder)
        .put("twoEvents", twoEvents);
  }

  boolean isCalm() {
    return drop + duplicate + delay + reorder + twoEvents == 0;
  }

  boolean concerns(String type) {
    return types.matcher(type).matches();
  }

  /** Adds chance to what was told. */
  WebhookFaults worsen(WebhookFaults told, RandomGenerator dice) {
    WebhookFaults faults = told;
    // Every way is thrown for, so that turning one off leaves the others' luck as it was.
    boolean dropped = dice.nextDouble() < drop;
    boolean duplicated = dice.nextDouble() < duplicate;
    boolean delayed = dice.nextDouble() < delay;
    double share = dice.nextDouble();
    boolean reordered = dice.nextDouble() < reorder;
    if (dropped) {
      faults = faults.losing();
    }
    if (duplicated) {
      faults = faults.copying(faults.copies() + 1);
    }
    if (delayed) {
      faults = faults.delaying(Duration.ofMillis((long) (delayUpTo.toMillis() * share)));
    }
    return reordered ? faults.reversing() : faults;
  }
}
