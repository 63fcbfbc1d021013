package io.paymentsaga.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.paymentsaga.http.CheckoutRequest.Item;
import io.paymentsaga.http.CheckoutRequest.ShippingAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckoutRequestsTest {
  private static final JsonMapper JSON = new JsonMapper();

  private static final String COMPLETE =
      """
      {"orderId":"ord_1001","userId":"usr_7","customerEmail":"ada@example.com","currency":"usd",
       "items":[{"productId":"sku-1","productName":"Mug","quantity":2,"unitAmount":1250}],
       "shippingAmount":500,"taxAmount":0,"amount":3000,
       "successUrl":"https://shop.example/ok?s={CHECKOUT_SESSION_ID}",
       "cancelUrl":"https://shop.example/no",
       "shippingAddress":{"line1":"1 Main St","city":"Paris","postalCode":"75001","country":"fr"},
       "metadata":{"cart":"c9"}}
      """;

  private static final String SMALLEST =
      """
      {"orderId":"o","userId":"u","customerEmail":"a@b","currency":"EUR",
       "items":[{"productId":"p","productName":"P","quantity":1,"unitAmount":1}]}
      """;

  private static CheckoutRequest read(String json) {
    return new CheckoutRequests().read(Requests.json(json));
  }

  private static List<String> faults(String json) {
    return Requests.faults(() -> read(json));
  }

  /** The smallest request with one member set to a JSON value, or taken out when that is empty. */
  private static String with(String pointer, String value) {
    try {
      ObjectNode request = (ObjectNode) JSON.readTree(SMALLEST);
      int slash = pointer.lastIndexOf('/');
      ObjectNode parent = (ObjectNode) request.at(pointer.substring(0, slash));
      String name = pointer.substring(slash + 1);
      if (value.isEmpty()) {
        parent.remove(name);
      } else {
        parent.set(name, JSON.readTree(value));
      }
      return JSON.writeValueAsString(request);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static String quoted(String text) {
    return JSON.getNodeFactory().textNode(text).toString();
  }

  @Test
  void a_complete_request_is_read_in_full() {
    assertThat(read(COMPLETE))
        .isEqualTo(
            new CheckoutRequest(
                "ord_1001",
                "usr_7",
                "ada@example.com",
                "USD",
                List.of(new Item("sku-1", "Mug", 2, 1250)),
                500,
                0,
                3000,
                "https://shop.example/ok?s={CHECKOUT_SESSION_ID}",
                "https://shop.example/no",
                new ShippingAddress("1 Main St", null, "Paris", null, "75001", "FR"),
                Map.of("cart", "c9")));
  }

  @Test
  void what_is_optional_may_be_left_out() {
    CheckoutRequest request = read(SMALLEST);

    assertThat(request.amount()).isEqualTo(1);
    assertThat(request.successUrl()).isNull();
    assertThat(request.shippingAddress()).isNull();
    assertThat(request.metadata()).isEmpty();
  }

  @Test
  void every_fault_is_found_at_once() {
    assertThat(
            faults(
                """
                {"userId":7,"customerEmail":"nobody","currancy":"USD",
                 "items":[{"productId":"p","productName":"","quantity":0,"unitAmount":1.5,"x":1},7],
                 "shippingAmount":-1,"successUrl":"/ok","shippingAddress":{"a/b~c":1},
                 "metadata":{"k":1}}
                """))
        .containsExactlyInAnyOrder(
            "/orderId required",
            "/userId wrong-type",
            "/customerEmail invalid-format",
            "/currancy unknown-field",
            "/currency required",
            "/items/0/productName too-short",
            "/items/0/quantity out-of-range",
            "/items/0/unitAmount wrong-type",
            "/items/0/x unknown-field",
            "/items/1 wrong-type",
            "/shippingAmount out-of-range",
            "/successUrl invalid-format",
            "/shippingAddress/line1 required",
            "/shippingAddress/city required",
            "/shippingAddress/country required",
            "/shippingAddress/a~1b~0c unknown-field",
            "/metadata/k wrong-type");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/orderId                | ``                     | required",
        "/orderId                | null                   | wrong-type",
        "/orderId                | 1                      | wrong-type",
        "/orderId                | \"\"                   | too-short",
        "/orderId                | \"  \"                 | invalid-characters",
        "/orderId                | \"a\\u0000b\"          | invalid-characters",
        "/orderId                | \"a\\nb\"              | invalid-characters",
        "/customerEmail          | \"a@b@c\"              | invalid-format",
        "/customerEmail          | \"a b@c\"              | invalid-format",
        "/customerEmail          | \"@c\"                 | invalid-format",
        "/currency               | \"US\"                 | invalid-format",
        "/currency               | \"XXX\"                | unsupported-currency",
        "/currency               | \"u$d\"                | invalid-format",
        "/items                  | []                     | too-short",
        "/items                  | {}                     | wrong-type",
        "/items/0/quantity       | \"1\"                  | wrong-type",
        "/items/0/quantity       | 1.0                    | wrong-type",
        "/items/0/quantity       | 1e0                    | wrong-type",
        "/items/0/quantity       | true                   | wrong-type",
        "/items/0/quantity       | 1000000                | out-of-range",
        "/items/0/unitAmount     | -1                     | out-of-range",
        "/items/0/unitAmount     | 100000000              | out-of-range",
        "/items/0/unitAmount     | 99999999999999999999999| out-of-range",
        "/amount                 | 2                      | amount-mismatch",
        "/amount                 | 0                      | amount-mismatch",
        "/amount                 | null                   | wrong-type",
        "/successUrl             | \"ftp://a.example/\"   | invalid-format",
        "/successUrl             | \"https:///path\"      | invalid-format",
        "/successUrl             | \"javascript:alert(1)\"| invalid-format",
        "/successUrl             | \"https://u:p@a.example\" | invalid-format",
        "/cancelUrl              | \"https://a.example/{x}\" | invalid-format",
        "/shippingAddress        | \"Paris\"              | wrong-type",
        "/metadata               | []                     | wrong-type",
      })
  void a_fault_is_named(String pointer, String value, String code) {
    assertThat(faults(with(pointer, value))).containsExactly(pointer + " " + code);
  }

  @Test
  void half_a_surrogate_pair_is_no_character() {
    assertThat(faults(SMALLEST.replace("\"o\"", "\"\\ud800\"")))
        .containsExactly("/orderId invalid-characters");
  }

  @ParameterizedTest
  @CsvSource({
    "/orderId, 255",
    "/userId, 255",
    "/items/0/productId, 255",
    "/items/0/productName, 250",
  })
  void a_text_may_be_so_long_and_no_longer(String pointer, int longest) {
    // Counted in characters as people see them, not in Java's chars.
    assertThat(read(with(pointer, quoted("😀".repeat(longest))))).isNotNull();
    assertThat(faults(with(pointer, quoted("😀".repeat(longest + 1)))))
        .containsExactly(pointer + " too-long");
  }

  @Test
  void an_address_is_limited_as_smtp_limits_it() {
    String longest = "a".repeat(252) + "@b";
    assertThat(read(with("/customerEmail", quoted(longest))).customerEmail()).isEqualTo(longest);
    assertThat(faults(with("/customerEmail", quoted("a" + longest))))
        .containsExactly("/customerEmail too-long");
  }

  @Test
  void a_url_is_limited_to_2048_characters() {
    String longest = "https://a.example/" + "x".repeat(2030);
    assertThat(read(with("/successUrl", quoted(longest))).successUrl()).isEqualTo(longest);
    assertThat(faults(with("/successUrl", quoted(longest + "x"))))
        .containsExactly("/successUrl too-long");
  }

  @Test
  void an_order_has_at_most_100_items() {
    ArrayNode items = JSON.createArrayNode();
    for (int i = 0; i < 100; i++) {
      items
          .addObject()
          .put("productId", "p")
          .put("productName", "P")
          .put("quantity", 1)
          .put("unitAmount", 1);
    }
    assertThat(read(with("/items", items.toString())).amount()).isEqualTo(100);

    items.add(items.get(0));
    assertThat(faults(with("/items", items.toString()))).containsExactly("/items too-many");
  }

  @Test
  void metadata_holds_20_keys_of_40_and_values_of_500_characters() {
    ObjectNode metadata = JSON.createObjectNode();
    metadata.put("k".repeat(40), "v".repeat(500));
    for (int i = 1; i < 20; i++) {
      metadata.put("k" + i, "");
    }
    assertThat(read(with("/metadata", metadata.toString())).metadata()).hasSize(20);

    metadata.put("one more", "");
    assertThat(faults(with("/metadata", metadata.toString())))
        .containsExactly("/metadata too-many");

    String faulty =
        JSON.createObjectNode()
            .put("k".repeat(41), "v")
            .put("", "v")
            .put("a[b]", "v")
            .put("long", "v".repeat(501))
            .toString();
    assertThat(faults(with("/metadata", faulty)))
        .containsExactlyInAnyOrder(
            "/metadata/" + "k".repeat(41) + " too-long",
            "/metadata/ too-short",
            "/metadata/a[b] invalid-format",
            "/metadata/long too-long");
  }

  @Test
  void a_total_of_zero_is_refused() {
    assertThat(faults(with("/items/0/unitAmount", "0"))).containsExactly("/amount out-of-range");
  }

  @Test
  void a_total_of_more_than_eight_digits_is_refused_however_large_it_is() {
    assertThat(read(with("/items/0/unitAmount", "99999999")).amount()).isEqualTo(99_999_999);
    assertThat(faults(with("/shippingAmount", "99999999"))).containsExactly("/amount out-of-range");

    JsonNode item =
        JSON.createObjectNode()
            .put("productId", "p")
            .put("productName", "P")
            .put("quantity", 999_999)
            .put("unitAmount", 99_999_999);
    ArrayNode items = JSON.createArrayNode();
    for (int i = 0; i < 100; i++) {
      items.add(item);
    }
    assertThat(faults(with("/items", items.toString()))).containsExactly("/amount out-of-range");
  }

  @Test
  void every_amount_obeys_its_currency() {
    String order =
        """
        {"orderId":"o","userId":"u","customerEmail":"a@b","currency":"CODE",
         "items":[{"productId":"p","productName":"P","quantity":1,"unitAmount":110}],
         "shippingAmount":5,"taxAmount":100}
        """;
    assertThat(read(order.replace("CODE", "jpy")).currency()).isEqualTo("JPY");
    assertThat(faults(order.replace("CODE", "kwd")))
        .containsExactly("/shippingAmount invalid-amount-for-currency");
    assertThat(faults(order.replace("CODE", "UGX")))
        .containsExactlyInAnyOrder(
            "/items/0/unitAmount invalid-amount-for-currency",
            "/shippingAmount invalid-amount-for-currency");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{} {}",
        "{\"orderId\":1,\"orderId\":1}",
        "{\"amount\":NaN}",
        "{\"amount\":01}",
        "{'orderId':1}",
        "{\"orderId\":\"a\tb\"}",
        "{} // comment",
        "\uFEFF{}",
        "[]",
        "null",
        "\"text\"",
      })
  void what_is_not_one_json_object_is_refused(String body) {
    ProblemException problem = Requests.problem(() -> read(body));

    assertThat(problem.type()).isEqualTo(ProblemType.VALIDATION);
    assertThat(problem.errors()).singleElement().extracting(FieldError::pointer).isEqualTo("");
  }

  @Test
  void nesting_is_limited_to_32() {
    assertThat(faults(with("/x", "[".repeat(31) + "]".repeat(31))))
        .containsExactly("/x unknown-field");
    assertThat(faults(with("/x", "[".repeat(32) + "]".repeat(32)))).containsExactly(" too-deep");
  }

  @Test
  void bytes_that_are_not_utf_8_are_refused() {
    byte[] latin1 = COMPLETE.replace("Mug", "Müg").getBytes(StandardCharsets.ISO_8859_1);
    byte[] overlong = COMPLETE.replace("Mug", "\u00C0\u0080").getBytes(StandardCharsets.ISO_8859_1);
    byte[] utf16 = COMPLETE.getBytes(StandardCharsets.UTF_16LE);

    for (byte[] body : List.of(latin1, overlong, utf16)) {
      assertThat(
              Requests.faults(
                  () -> new CheckoutRequests().read(Requests.withBody("application/json", body))))
          .containsExactly(" invalid-json");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "application/jsonx",
        "application/json; charset=iso-8859-1",
        "application/x-www-form-urlencoded",
        ""
      })
  void another_media_type_is_refused(String mediaType) {
    byte[] body = COMPLETE.getBytes(StandardCharsets.UTF_8);

    assertThat(
            Requests.problem(() -> new CheckoutRequests().read(Requests.withBody(mediaType, body)))
                .type())
        .isEqualTo(ProblemType.UNSUPPORTED_MEDIA_TYPE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "Application/JSON ;charset=\"UTF-8\""})
  void json_in_utf_8_is_accepted(String mediaType) {
    byte[] body = COMPLETE.getBytes(StandardCharsets.UTF_8);

    assertThat(new CheckoutRequests().read(Requests.withBody(mediaType, body))).isNotNull();
  }

  @Test
  void a_flood_of_faults_is_cut_off() {
    ObjectNode many = JSON.createObjectNode();
    for (int i = 0; i < 1000; i++) {
      many.put("field" + i, i);
    }
    assertThat(faults(many.toString())).hasSize(100);
  }
}
