package io.paymentsaga.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.UUID;

/** An order as a shop asks to have it paid: two mugs and the shipping, 3000 US cents. */
final class Order {
  static final long AMOUNT = 3000;

  private static final JsonMapper JSON = new JsonMapper();

  private final ObjectNode checkout;

  private Order(ObjectNode checkout) {
    this.checkout = checkout;
  }

  /** An order nobody has placed before, of the customer usr_7. */
  static Order some() {
    ObjectNode checkout = JSON.createObjectNode();
    checkout
        .put("orderId", "ord_" + UUID.randomUUID())
        .put("userId", "usr_7")
        .put("customerEmail", "ada@example.com")
        .put("currency", "USD")
        .put("shippingAmount", 500)
        .put("amount", AMOUNT);
    checkout
        .putArray("items")
        .addObject()
        .put("productId", "sku-1")
        .put("productName", "Mug")
        .put("quantity", 2)
        .put("unitAmount", 1250);
    return new Order(checkout);
  }

  Order of(String userId) {
    return new Order(checkout.deepCopy().put("userId", userId));
  }

  /** The same order, misspelt or completed by one field. */
  Order with(String field, String value) {
    return new Order(checkout.deepCopy().put(field, value));
  }

  Order with(String field, JsonNode value) {
    return new Order(checkout.deepCopy().set(field, value));
  }

  /** The same order for so many cents in all. */
  Order costing(long cents) {
    ObjectNode cheaper = checkout.deepCopy().put("amount", cents).put("shippingAmount", 0);
    ((ObjectNode) cheaper.at("/items/0")).put("quantity", 1).put("unitAmount", cents);
    return new Order(cheaper);
  }

  Order without(String field) {
    ObjectNode rest = checkout.deepCopy();
    rest.remove(field);
    return new Order(rest);
  }

  String id() {
    return checkout.path("orderId").asText();
  }

  String json() {
    return checkout.toString();
  }
}
