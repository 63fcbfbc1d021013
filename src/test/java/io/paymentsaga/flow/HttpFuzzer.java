package io.paymentsaga.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.paymentsaga.http.HttpContract;
import io.paymentsaga.http.Operation;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Makes requests of the published document: its examples as they stand, and then broken in all the
 * ways there are. The same seed makes the same requests.
 */
final class HttpFuzzer {
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** Text that has broken something somewhere. */
  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "\u0000",
          "a\u0000b",
          "\r\nX-Injected: yes",
          "\u001b[2J",
          "\u2028",
          "\ud83d\ude00",
          "\ud800",
          "\ufeff",
          "\u202e",
          "e\u0301",
          "'; DROP TABLE payment; --",
          "${env:DATABASE_PASSWORD}",
          "{{stripe.secretKey}}",
          ":#orderId",
          "%00",
          "../../../etc/passwd",
          "null",
          "-1",
          "1e9999",
          "2026-13-45T99:99:99Z",
          "9999-12-31T23:59:59.999999999999Z",
          "0000-00-00T00:00:00Z",
          "x".repeat(256),
          "x".repeat(10_000));

  private static final List<String> MEDIA_TYPES =
      List.of(
          "text/plain",
          "application/xml",
          "application/json; charset=utf-16",
          "application/json; charset=\"utf-8\"",
          "APPLICATION/JSON",
          "application/x-www-form-urlencoded",
          "multipart/form-data; boundary=x",
          "application/json, text/plain",
          "/",
          ";");

  /** What an address, or a header, may hold before the server itself refuses it. */
  private static final int LONGEST_IN_HEAD = 1_000;

  private final Random random;
  private final HttpClient client;
  private final URI service;
  private final List<String> tokens;
  private final Map<String, List<String>> ids;
  private final Map<Integer, Long> answers = new TreeMap<>();

  /**
   * @param tokens to call with; an empty one is no token
   * @param ids what there is, by the name of its place in a path
   */
  HttpFuzzer(
      long seed,
      HttpClient client,
      URI service,
      List<String> tokens,
      Map<String, List<String>> ids) {
    this.random = new Random(seed);
    this.client = client;
    this.service = service;
    this.tokens = tokens;
    this.ids = ids;
  }

  /** How many answers there were of each status. */
  Map<Integer, Long> answers() {
    return answers;
  }

  /**
   * Sends one request to this operation.
   *
   * @throws AssertionError when there is no answer, or one the document does not allow, or a
   *     failure
   */
  void call(Operation operation) throws InterruptedException {
    byte[] body = operation.method().equals("POST") ? body(operation) : new byte[0];
    HttpRequest request = request(operation, body);
    String text = new String(body, StandardCharsets.UTF_8);
    HttpResponse<String> answer;
    try {
      answer = client.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError("No answer to " + request + " with " + shortened(text), e);
    }
    answers.merge(answer.statusCode(), 1L, Long::sum);
    if (answer.statusCode() >= 500) {
      throw new AssertionError(
          "%s with %s answered %d %s"
              .formatted(request, shortened(text), answer.statusCode(), answer.body()));
    }
    HttpContract.held(text, answer);
  }

  private static String shortened(String text) {
    return text.length() > 2_000 ? text.substring(0, 2_000) + "…" : text;
  }

  private HttpRequest request(Operation operation, byte[] body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(service.resolve(path(operation) + query(operation)))
            .timeout(PATIENCE);
    String token = one(tokens);
    if (!token.isEmpty()) {
      request.header("Authorization", seldom() ? one(List.of("Bearer", "x y", token)) : token);
    }
    if (seldom()) {
      request.header("X-Correlation-Id", one(List.of("", "a b", "x".repeat(65), "a.b-c_1")));
    }
    if (seldom()) {
      request.header(
          "Idempotency-Key", one(List.of("\"", "\"k\"", "k", "x".repeat(3_000), "\"a\"b")));
    }
    if (seldom()) {
      request.header("traceparent", one(List.of("00-0-0-0", "ff-" + "a".repeat(32), "\u00e4")));
    }
    if (operation.method().equals("POST")) {
      request.header("Content-Type", seldom() ? one(MEDIA_TYPES) : "application/json");
      request.POST(BodyPublishers.ofByteArray(body));
    } else {
      request.method(seldom() ? "HEAD" : "GET", BodyPublishers.noBody());
    }
    return request.build();
  }

  private String path(Operation operation) {
    String path = operation.path();
    for (JsonNode parameter : operation.parameters()) {
      if (parameter.path("in").asText().equals("path")) {
        String name = parameter.path("name").asText();
        List<String> known = ids.getOrDefault(name, List.of(UUID.randomUUID().toString()));
        String id = seldom() ? inHead().replace("/", "") : one(known);
        path = path.replace("{" + name + "}", id.isBlank() ? "x" : encoded(id));
      }
    }
    return path;
  }

  private String query(Operation operation) {
    List<String> pairs = new ArrayList<>();
    List<JsonNode> parameters =
        operation.parameters().stream().filter(p -> p.path("in").asText().equals("query")).toList();
    for (JsonNode parameter : parameters) {
      if (random.nextInt(3) == 0) {
        String value = parameter.path("example").asText();
        pairs.add(
            parameter.path("name").asText()
                + "="
                + encoded(value.isEmpty() || seldom() ? inHead() : value));
      }
    }
    if (seldom() && !parameters.isEmpty()) {
      pairs.add(encoded(one(List.of("unknown", "CamelSqlQuery", "\u0000", "limit"))) + "=1");
    }
    if (seldom() && !pairs.isEmpty()) {
      pairs.add(pairs.get(0));
    }
    return pairs.isEmpty() ? "" : "?" + String.join("&", pairs);
  }

  private byte[] body(Operation operation) {
    List<String> examples = operation.examples();
    if (examples.isEmpty()) {
      return bytes(junk(3).toString());
    }
    JsonNode example = Json.read(one(examples));
    if (example instanceof ObjectNode object && object.has("orderId")) {
      object.put("orderId", "fuzz-" + random.nextLong());
    }
    int changes = random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      example = changed(example);
    }
    return broken(bytes(example.toString()));
  }

  /** The same value, but for something somewhere inside. */
  private JsonNode changed(JsonNode value) {
    if (value.isEmpty() || random.nextInt(4) == 0) {
      return value.isContainerNode() && random.nextBoolean() ? extended(value) : junk(2);
    }
    if (value instanceof ObjectNode object) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      String name = one(names);
      if (random.nextInt(4) == 0) {
        object.remove(name);
      } else {
        object.set(name, changed(object.get(name)));
      }
    } else if (value instanceof ArrayNode array) {
      int place = random.nextInt(array.size());
      array.set(place, changed(array.get(place)));
    }
    return value;
  }

  private JsonNode extended(JsonNode value) {
    if (value instanceof ObjectNode object) {
      object.set(one(List.of("unknown", "__proto__", "", "a/b~c", "class")), junk(1));
    } else if (value instanceof ArrayNode array && !array.isEmpty()) {
      int copies = one(List.of(1, 2, 120));
      for (int i = 0; i < copies; i++) {
        array.add(array.get(0));
      }
    }
    return value;
  }

  private JsonNode junk(int depth) {
    return switch (random.nextInt(depth > 0 ? 9 : 7)) {
      case 0 -> NODES.nullNode();
      case 1 -> NODES.booleanNode(random.nextBoolean());
      case 2 -> NODES.numberNode(one(List.of(0, -1, 1, Integer.MAX_VALUE)));
      case 3 -> NODES.numberNode(one(List.of(Long.MAX_VALUE, Long.MIN_VALUE, 99_999_999L)));
      case 4 -> NODES.numberNode(one(List.of(0.5, 1e300, -0.0, 12.50)));
      case 5 -> NODES.numberNode(BigInteger.TEN.pow(one(List.of(20, 60, 900))));
      case 6 -> NODES.textNode(one(TEXTS));
      case 7 -> NODES.arrayNode().add(junk(depth - 1)).add(junk(depth - 1));
      default -> NODES.objectNode().set(one(TEXTS), junk(depth - 1));
    };
  }

  /** What is JSON no more, now and then. */
  private byte[] broken(byte[] body) {
    if (random.nextInt(6) > 0 || body.length < 2) {
      return body;
    }
    String text = new String(body, StandardCharsets.UTF_8);
    return switch (random.nextInt(8)) {
      case 0 -> bytes(text.substring(0, random.nextInt(text.length())));
      case 1 -> bytes(text + one(List.of("}", " {}", "\u0000", "//", ",")));
      case 2 -> bytes("\ufeff" + text);
      case 3 -> text.getBytes(StandardCharsets.UTF_16);
      case 4 -> bytes("{\"reason\":1,\"reason\":2," + text.substring(1));
      case 5 -> bytes("[".repeat(one(List.of(33, 5_000))) + text);
      case 6 -> new byte[0];
      default -> {
        body[random.nextInt(body.length)] = (byte) random.nextInt(256);
        yield body;
      }
    };
  }

  private String inHead() {
    String text = one(TEXTS);
    return text.substring(0, Math.min(text.length(), LONGEST_IN_HEAD));
  }

  private boolean seldom() {
    return random.nextInt(12) == 0;
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public String toString() {
    return answers.entrySet().stream()
        .map(each -> each.getKey() + "×" + each.getValue())
        .collect(Collectors.joining(", "));
  }
}
