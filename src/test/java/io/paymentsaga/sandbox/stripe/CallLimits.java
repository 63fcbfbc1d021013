package io.paymentsaga.sandbox.stripe;

import io.vertx.core.json.JsonObject;

/**
 * How many calls are let in; see <a href="https://docs.stripe.com/rate-limits">Stripe's limits</a>:
 * 100 a second live and 25 in test mode, and 25 for each operation.
 *
 * @param perSecond over all calls; 0 for no limit
 * @param perOperation for each method and path, whatever the id in it; 0 for no limit
 */
public record CallLimits(int perSecond, int perOperation) {
  public static final CallLimits NONE = new CallLimits(0, 0);

  static CallLimits read(SwitchReader switches) {
    switches.knowing("perSecond", "perOperation");
    return new CallLimits(switches.count("perSecond", 0), switches.count("perOperation", 0));
  }

  JsonObject toJson() {
    return new JsonObject().put("perSecond", perSecond).put("perOperation", perOperation);
  }
}
