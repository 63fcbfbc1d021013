package io.paymentsaga.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * Reads request bodies: strict JSON (RFC 8259) in UTF-8, one object, each name once, nested at most
 * 32 deep. What the object must hold is said by a function over {@link JsonFields}.
 */
final class JsonBodies {
  private static final int DEEPEST_NESTING = 32;

  private static final Pattern JSON_MEDIA_TYPE =
      Pattern.compile(
          "application/json\\s*(;\\s*charset\\s*=\\s*\"?utf-8\"?\\s*)?", Pattern.CASE_INSENSITIVE);

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(DEEPEST_NESTING).build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonBodies() {}

  /**
   * The body of a call that needs one.
   *
   * @throws ProblemException 400 or 415
   */
  static <T> T required(Exchange exchange, Function<JsonFields, T> shape) {
    Message message = exchange.getMessage();
    return JsonFields.read(parse(mediaType(message), bytes(message)), shape);
  }

  /**
   * The body of a call that may come without one, which then reads like {@code {}}. A form is never
   * absent: the server takes it apart itself, and what is left of it looks like no body.
   *
   * @throws ProblemException 400 or 415
   */
  static <T> T optional(Exchange exchange, Function<JsonFields, T> shape) {
    Message message = exchange.getMessage();
    byte[] body = bytes(message);
    String mediaType = mediaType(message);
    boolean absent = body.length == 0 && (mediaType.isEmpty() || isJson(mediaType));
    return JsonFields.read(absent ? JSON.createObjectNode() : parse(mediaType, body), shape);
  }

  /**
   * A body in the one form all of its spellings have: members sorted by name, no spaces. What is
   * not JSON has no other spelling.
   */
  static String canonical(byte[] body) {
    try {
      return sorted(JSON.readTree(utf8(body))).toString();
    } catch (JsonProcessingException | ProblemException notJson) {
      return new String(body, StandardCharsets.ISO_8859_1);
    }
  }

  private static JsonNode sorted(JsonNode json) {
    if (json.isArray()) {
      ArrayNode elements = JSON.createArrayNode();
      json.forEach(element -> elements.add(sorted(element)));
      return elements;
    }
    if (json.isObject()) {
      ObjectNode members = JSON.createObjectNode();
      Map<String, JsonNode> byName = new TreeMap<>();
      json.properties().forEach(member -> byName.put(member.getKey(), member.getValue()));
      byName.forEach((name, value) -> members.set(name, sorted(value)));
      return members;
    }
    return json;
  }

  private static String mediaType(Message message) {
    return message.getHeader(Exchange.CONTENT_TYPE, "", String.class);
  }

  private static boolean isJson(String mediaType) {
    return JSON_MEDIA_TYPE.matcher(mediaType.strip()).matches();
  }

  private static byte[] bytes(Message message) {
    byte[] body = message.getBody(byte[].class);
    return body == null ? new byte[0] : body;
  }

  private static JsonNode parse(String mediaType, byte[] body) {
    if (!isJson(mediaType)) {
      throw ProblemException.unsupportedMediaType("The body must be application/json in UTF-8");
    }
    if (body.length == 0) {
      throw ProblemException.badRequest("", ErrorCode.REQUIRED, "A JSON object is required");
    }
    try {
      return JSON.readTree(utf8(body));
    } catch (StreamConstraintsException e) {
      throw ProblemException.badRequest(
          "", ErrorCode.TOO_DEEP, "The body is nested deeper than 32, or a token is too long");
    } catch (JsonProcessingException e) {
      throw ProblemException.badRequest(
          "", ErrorCode.INVALID_JSON, "The body is not valid JSON" + where(e.getLocation()));
    }
  }

  /** Jackson would guess the encoding, and let some malformed sequences pass. */
  private static String utf8(byte[] body) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw ProblemException.badRequest("", ErrorCode.INVALID_JSON, "The body is not valid UTF-8");
    }
  }

  private static String where(JsonLocation location) {
    return location == null
        ? ""
        : ": see line " + location.getLineNr() + ", column " + location.getColumnNr();
  }
}
