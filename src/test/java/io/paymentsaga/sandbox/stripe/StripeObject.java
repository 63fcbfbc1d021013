package io.paymentsaga.sandbox.stripe;

import io.vertx.core.json.JsonObject;
import java.time.Instant;

/** A thing Stripe's API hands out as JSON. Its state is guarded by the {@link Ledger}. */
interface StripeObject {
  String id();

  Instant created();

  /** A fresh snapshot, in the shape of Stripe's API. */
  JsonObject toJson();
}
