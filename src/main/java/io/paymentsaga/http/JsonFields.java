package io.paymentsaga.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reads the fields of one JSON object by what they must be, and notes every fault instead of
 * stopping at the first. A field that is absent or faulty reads as null, 0 or empty; whoever reads
 * must not use the result when there are faults. Nothing is converted: a number in quotes is a
 * fault, and so is a null.
 */
final class JsonFields {
  private final JsonNode object;
  private final String pointer;
  private final List<FieldError> errors;
  private final Set<String> expected = new HashSet<>();

  private JsonFields(JsonNode object, String pointer, List<FieldError> errors) {
    this.object = object;
    this.pointer = pointer;
    this.errors = errors;
  }

  /**
   * What {@code shape} makes of the whole body.
   *
   * @throws ProblemException 400 with the faults
   */
  static <T> T read(JsonNode body, Function<JsonFields, T> shape) {
    List<FieldError> errors = new ArrayList<>();
    T result = readObject(body, "", errors, shape);
    if (!errors.isEmpty()) {
      throw ProblemException.badRequest(errors);
    }
    return result;
  }

  private static <T> T readObject(
      JsonNode node, String pointer, List<FieldError> errors, Function<JsonFields, T> shape) {
    if (!node.isObject()) {
      errors.add(new FieldError(pointer, ErrorCode.WRONG_TYPE, "must be an object"));
      return null;
    }
    JsonFields fields = new JsonFields(node, pointer, errors);
    T result = shape.apply(fields);
    fields.rejectUnexpected();
    return result;
  }

  private void rejectUnexpected() {
    object
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!expected.contains(name)) {
                reject(name, ErrorCode.UNKNOWN_FIELD, "is not a field of this object");
              }
            });
  }

  /** Notes a fault of one field. */
  void reject(String name, ErrorCode code, String message) {
    errors.add(new FieldError(pointerTo(name), code, message));
  }

  /** Whether no fault has been noted in these fields or anything below them. */
  boolean sound(String... names) {
    for (String name : names) {
      String field = pointerTo(name);
      for (FieldError error : errors) {
        if (error.pointer().equals(field) || error.pointer().startsWith(field + "/")) {
          return false;
        }
      }
    }
    return true;
  }

  private String pointerTo(String name) {
    return FieldError.pointer(pointer, name);
  }

  /** The field, or null when it is absent. */
  private JsonNode optional(String name) {
    expected.add(name);
    return object.get(name);
  }

  private JsonNode required(String name) {
    JsonNode value = optional(name);
    if (value == null) {
      reject(name, ErrorCode.REQUIRED, "is required");
    }
    return value;
  }

  String text(String name, TextRule rule) {
    return textOf(name, required(name), rule);
  }

  String optionalText(String name, TextRule rule) {
    return textOf(name, optional(name), rule);
  }

  private String textOf(String name, JsonNode value, TextRule rule) {
    if (value == null) {
      return null;
    }
    if (!value.isTextual()) {
      reject(name, ErrorCode.WRONG_TYPE, "must be a string");
      return null;
    }
    String text = value.textValue();
    return follows(rule, name, "", text) ? text : null;
  }

  private boolean follows(TextRule rule, String name, String subject, String text) {
    Optional<TextRule.Fault> fault = rule.fault(text);
    fault.ifPresent(found -> reject(name, found.code(), subject + found.message()));
    return fault.isEmpty();
  }

  /** A time as in RFC 3339. */
  Instant time(String name) {
    return timeOf(name, required(name));
  }

  Instant optionalTime(String name) {
    return timeOf(name, optional(name));
  }

  private Instant timeOf(String name, JsonNode value) {
    if (value == null) {
      return null;
    }
    if (!value.isTextual()) {
      reject(name, ErrorCode.WRONG_TYPE, "must be a string");
      return null;
    }
    Optional<Instant> time = Pages.time(value.textValue());
    if (time.isEmpty()) {
      reject(name, ErrorCode.INVALID_FORMAT, "must be a time as in RFC 3339");
    }
    return time.orElse(null);
  }

  long integer(String name, long min, long max) {
    Long value = integerOf(name, required(name), min, max);
    return value == null ? 0 : value;
  }

  long integer(String name, long min, long max, long whenAbsent) {
    Long value = optionalInteger(name, min, max);
    return value == null ? whenAbsent : value;
  }

  Long optionalInteger(String name, long min, long max) {
    return integerOf(name, optional(name), min, max);
  }

  private Long integerOf(String name, JsonNode value, long min, long max) {
    if (value == null) {
      return null;
    }
    if (!value.isIntegralNumber()) {
      reject(name, ErrorCode.WRONG_TYPE, "must be an integer");
    } else if (!value.canConvertToLong() || value.longValue() < min || value.longValue() > max) {
      reject(name, ErrorCode.OUT_OF_RANGE, "must be between " + min + " and " + max);
    } else {
      return value.longValue();
    }
    return null;
  }

  <E> E oneOf(String name, E[] values, Function<E, String> code) {
    return oneOf(name, required(name), values, code);
  }

  <E> E optionalOneOf(String name, E[] values, Function<E, String> code) {
    return oneOf(name, optional(name), values, code);
  }

  private <E> E oneOf(String name, JsonNode node, E[] values, Function<E, String> code) {
    if (node == null) {
      return null;
    }
    if (!node.isTextual()) {
      reject(name, ErrorCode.WRONG_TYPE, "must be a string");
      return null;
    }
    for (E value : values) {
      if (code.apply(value).equals(node.textValue())) {
        return value;
      }
    }
    String codes = Arrays.stream(values).map(code).collect(Collectors.joining(", "));
    reject(name, ErrorCode.INVALID_VALUE, "must be one of " + codes);
    return null;
  }

  <T> T optionalObject(String name, Function<JsonFields, T> shape) {
    JsonNode value = optional(name);
    return value == null ? null : readObject(value, pointerTo(name), errors, shape);
  }

  /** A required array of 1 to {@code most} objects; its faulty members are left out. */
  <T> List<T> objects(String name, int most, Function<JsonFields, T> shape) {
    JsonNode value = required(name);
    List<T> result = new ArrayList<>();
    if (value == null) {
      return result;
    }
    if (!value.isArray()) {
      reject(name, ErrorCode.WRONG_TYPE, "must be an array");
    } else if (value.isEmpty()) {
      reject(name, ErrorCode.TOO_SHORT, "must not be empty");
    } else if (value.size() > most) {
      reject(name, ErrorCode.TOO_MANY, "must have at most " + most + " members");
    } else {
      for (int i = 0; i < value.size(); i++) {
        T member = readObject(value.get(i), pointerTo(name) + "/" + i, errors, shape);
        if (member != null) {
          result.add(member);
        }
      }
    }
    return result;
  }

  /** An optional object of texts under names the caller chooses, in the order they stand. */
  Map<String, String> texts(String name, int most, TextRule keys, TextRule values) {
    Map<String, String> result =
        optionalObject(name, fields -> fields.textsUnderAnyName(most, keys, values));
    return result == null ? Map.of() : result;
  }

  private Map<String, String> textsUnderAnyName(int most, TextRule keys, TextRule values) {
    Map<String, String> result = new LinkedHashMap<>();
    object.fieldNames().forEachRemaining(expected::add);
    if (object.size() > most) {
      errors.add(
          new FieldError(pointer, ErrorCode.TOO_MANY, "must have at most " + most + " fields"));
      return result;
    }
    object
        .properties()
        .forEach(
            field -> {
              follows(keys, field.getKey(), "its name ", field.getKey());
              result.put(field.getKey(), textOf(field.getKey(), field.getValue(), values));
            });
    return result;
  }
}
