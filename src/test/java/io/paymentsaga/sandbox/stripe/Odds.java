package io.paymentsaga.sandbox.stripe;

import io.vertx.core.json.JsonObject;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Everything that is left to chance.
 *
 * @param seed repeats a run; see {@link Dice}
 */
public record Odds(long seed, WebhookOdds webhooks, ApiOdds api, MoneyOdds money) {
  public static final Odds NONE = new Odds(0, WebhookOdds.NONE, ApiOdds.NONE, MoneyOdds.NONE);

  /** A seed that is not given is made up. */
  static Odds read(SwitchReader switches) {
    switches.knowing("seed", "webhooks", "api", "money");
    return new Odds(
        switches.number("seed").orElseGet(() -> ThreadLocalRandom.current().nextLong(1_000_000)),
        WebhookOdds.read(switches.within("webhooks")),
        ApiOdds.read(switches.within("api")),
        MoneyOdds.read(switches.within("money")));
  }

  /** Whether nothing is left to chance. */
  boolean isCalm() {
    return webhooks.isCalm() && api.isCalm() && money.isCalm();
  }

  JsonObject toJson() {
    return new JsonObject()
        .put("seed", seed)
        .put("webhooks", webhooks.toJson())
        .put("api", api.toJson())
        .put("money", money.toJson());
  }
}
