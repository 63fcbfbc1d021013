package io.paymentsaga.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.apache.camel.Exchange;

/**
 * The limits in the document are the limits of the service: valid bodies, broken at random places,
 * are refused by both or by none, and where the document finds a fault the service names it.
 */
class RequestSchemasTest {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private static final CheckoutRequests CHECKOUTS = new CheckoutRequests();
  private static final ActionRequests ACTIONS = new ActionRequests();

  private static final Map<String, Consumer<Exchange>> READERS =
      Map.of(
          "createCheckoutSession", CHECKOUTS::read,
          "refundPayment", ACTIONS::refund,
          "requestCancellation", ACTIONS::cancel,
          "retrySaga", ACTIONS::operate,
          "resolveSaga", ACTIONS::resolve,
          "askForMoneyProof", ACTIONS::proof);

  /** What no schema tells: sums, currencies, countries, and what else a URL must be. */
  private static final Set<String> BEYOND_SCHEMAS =
      Set.of(
          "amount-mismatch",
          "unsupported-currency",
          "invalid-amount-for-currency",
          "invalid-value",
          "invalid-format",
          "out-of-range");

  /** A body of an operation, with something changed. */
  record Body(String operation, JsonNode json) {}

  @Property(tries = 1000)
  void the_document_and_the_service_refuse_the_same(@ForAll("bodies") Body body)
      throws JsonProcessingException {
    List<String> byDocument = faultsByDocument(body);
    List<FieldError> byService = faultsByService(body);

    if (byDocument.isEmpty()) {
      assertThat(byService)
          .as("the document allows %s", JSON.writeValueAsString(body.json()))
          .allMatch(fault -> BEYOND_SCHEMAS.contains(fault.code().code()));
    } else {
      assertThat(byService).as("the document refuses: %s", byDocument).isNotEmpty();
      assertThat(byDocument)
          .as("what the service says of %s: %s", JSON.writeValueAsString(body.json()), byService)
          .allMatch(at -> byService.stream().anyMatch(fault -> fault.pointer().startsWith(at)));
    }
  }

  @Property(tries = 200)
  void what_the_document_shows_is_read(@ForAll("examples") Body body)
      throws JsonProcessingException {
    assertThat(faultsByDocument(body)).isEmpty();
    assertThat(faultsByService(body)).isEmpty();
  }

  private static List<FieldError> faultsByService(Body body) throws JsonProcessingException {
    try {
      READERS.get(body.operation()).accept(Requests.json(JSON.writeValueAsString(body.json())));
      return List.of();
    } catch (ProblemException refused) {
      return refused.errors();
    }
  }

  /** Where the document finds faults: the pointer of the value or of what holds it. */
  private static List<String> faultsByDocument(Body body) {
    JsonNode schema =
        operation(body.operation()).requestBody().at("/content/application~1json/schema");
    return HttpContract.published().schemas().places(schema, body.json());
  }

  private static Operation operation(String id) {
    return HttpContract.published().operations().stream()
        .filter(operation -> operation.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  @Provide
  Arbitrary<Body> examples() {
    List<Body> examples = new ArrayList<>();
    for (String id : READERS.keySet()) {
      operation(id)
          .requestBody()
          .at("/content/application~1json/examples")
          .forEach(example -> examples.add(new Body(id, example.path("value"))));
    }
    return Arbitraries.of(examples);
  }

  @Provide
  Arbitrary<Body> bodies() {
    return Combinators.combine(examples(), Arbitraries.integers().between(0, 999), values())
        .as(RequestSchemasTest::changed);
  }

  /** The body with the value at one of its places, at a new place, or with one place taken away. */
  private static Body changed(Body body, int choice, JsonNode value) {
    JsonNode json = body.json().deepCopy();
    List<JsonPointer> places = places(JsonPointer.empty(), json).toList();
    JsonPointer place = places.get(choice % places.size());
    JsonNode node = json.at(place);
    if (choice % 7 == 0 && node instanceof ObjectNode object) {
      object.set("surprise", value);
    } else if (place.matches()) {
      return new Body(body.operation(), value);
    } else if (json.at(place.head()) instanceof ObjectNode holder) {
      String name = place.last().getMatchingProperty();
      if (choice % 5 == 0) {
        holder.remove(name);
      } else {
        holder.set(name, value);
      }
    } else if (json.at(place.head()) instanceof ArrayNode holder) {
      holder.set(place.last().getMatchingIndex(), value);
    }
    return new Body(body.operation(), json);
  }

  private static Stream<JsonPointer> places(JsonPointer at, JsonNode node) {
    Stream<JsonPointer> below =
        node.isObject()
            ? node.properties().stream()
                .flatMap(field -> places(at.appendProperty(field.getKey()), field.getValue()))
            : Stream.iterate(0, i -> i + 1)
                .limit(node.size())
                .flatMap(i -> places(at.appendIndex(i), node.get(i)));
    return Stream.concat(Stream.of(at), below);
  }

  private static Arbitrary<JsonNode> values() {
    Arbitrary<JsonNode> texts = texts().map(JSON.getNodeFactory()::textNode);
    Arbitrary<JsonNode> numbers =
        Arbitraries.of(-1L, 0L, 1L, 999_999L, 1_000_000L, 99_999_999L, 100_000_000L, Long.MAX_VALUE)
            .map(JSON.getNodeFactory()::numberNode);
    Arbitrary<JsonNode> others =
        Arbitraries.of("null", "true", "1.5", "[]", "{}", "[[]]", "{\"a\":1}", "9".repeat(40))
            .map(RequestSchemasTest::read);
    Arbitrary<JsonNode> objects =
        texts()
            .filter(key -> !key.contains("\ud800"))
            .map(key -> JSON.createObjectNode().put(key, "v"))
            .map(JsonNode.class::cast);
    return Arbitraries.frequencyOf(
        Tuple.of(6, texts), Tuple.of(2, numbers), Tuple.of(2, others), Tuple.of(1, objects));
  }

  /** Of characters that have tricked somebody, as long as the limits and one longer. */
  private static Arbitrary<String> texts() {
    Arbitrary<String> odd =
        Arbitraries.of(
                "a", "Z", "9", " ", "\t", "\r", "\n", "\u0000", "\u007f", "\u0085", "\u00a0",
                "\u2028", "\u2029", "\u200b", "\u3000", "\ud800", "😀", "é", "@", "[", "]", "{",
                "/")
            .list()
            .ofMaxSize(4)
            .map(parts -> String.join("", parts));
    Arbitrary<String> lengthy =
        Combinators.combine(
                Arbitraries.of("a", "😀", " "),
                Arbitraries.of(2, 3, 20, 40, 200, 250, 254, 255, 500, 2048),
                Arbitraries.of(0, 1))
            .as((character, limit, more) -> character.repeat(limit + more));
    Arbitrary<String> formed =
        Arbitraries.of(
            "USD",
            "usd",
            "fr",
            "FR",
            "a@b",
            "a@b\n",
            "a\n",
            "https://a.example/",
            "HTTP://a",
            "ftp://a",
            "https://",
            "https://a b",
            "duplicate",
            "Duplicate",
            "COMPLETED",
            "FAILED");
    return Arbitraries.oneOf(odd, lengthy, formed);
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
