package io.paymentsaga.sandbox.stripe;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * Puts whole objects where an answer holds their ids; see <a
 * href="https://docs.stripe.com/expand">Stripe's expansion</a>. Callers hold the {@link Ledger}.
 */
final class Expansion {
  private final Ledger ledger;

  Expansion(Ledger ledger) {
    this.ledger = ledger;
  }

  JsonObject expand(JsonObject json, List<String> paths) {
    paths.forEach(path -> expand(json, path));
    return json;
  }

  private void expand(JsonObject json, String path) {
    int dot = path.indexOf('.');
    String field = dot < 0 ? path : path.substring(0, dot);
    Object value = expanded(json, field);
    if (value == null) {
      return;
    }
    json.put(field, value);
    if (dot < 0) {
      return;
    }
    String rest = path.substring(dot + 1);
    if (value instanceof JsonObject inner) {
      expand(inner, rest);
    } else if (value instanceof JsonArray list) {
      list.forEach(entry -> expand((JsonObject) entry, rest));
    }
  }

  private Object expanded(JsonObject json, String field) {
    if (field.equals("line_items")) {
      return ledger.sessions().find(json.getString("id")).orElseThrow().lineItems();
    }
    Object value = json.getValue(field);
    return value instanceof String id
        ? ledger.find(id).<Object>map(StripeObject::toJson).orElse(id)
        : value;
  }
}
