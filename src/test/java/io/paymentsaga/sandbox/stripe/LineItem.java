package io.paymentsaga.sandbox.stripe;

import io.vertx.core.json.JsonObject;

/** One line of what is bought. */
record LineItem(String id, String name, long quantity, long unitAmount) {
  long total() {
    return Math.multiplyExact(quantity, unitAmount);
  }

  JsonObject toJson(String currency) {
    return new JsonObject()
        .put("id", id)
        .put("object", "item")
        .put("amount_discount", 0)
        .put("amount_subtotal", total())
        .put("amount_tax", 0)
        .put("amount_total", total())
        .put("currency", currency)
        .put("description", name)
        .put(
            "price",
            new JsonObject()
                .put("object", "price")
                .put("currency", currency)
                .put("type", "one_time")
                .put("unit_amount", unitAmount))
        .put("quantity", quantity);
  }
}
