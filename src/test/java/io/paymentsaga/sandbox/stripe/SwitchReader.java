package io.paymentsaga.sandbox.stripe;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads switches as curl sends them, in JSON, and as forms do, where every value is a text and an
 * empty one stands for none. A name it does not know is refused: a misspelt switch would be one
 * that is off.
 *
 * @param path where in the request these switches stand, empty at its top
 */
record SwitchReader(JsonObject json, String path) {
  static SwitchReader of(JsonObject json) {
    return new SwitchReader(json, "");
  }

  SwitchReader knowing(String... names) {
    Set<String> known = Arrays.stream(names).collect(Collectors.toSet());
    for (String name : json.fieldNames()) {
      if (!known.contains(name)) {
        throw ApiError.invalid("Unknown switch: " + fullName(name), null, fullName(name));
      }
    }
    return this;
  }

  SwitchReader within(String name) {
    Object value = json.getValue(name);
    if (value != null && !(value instanceof JsonObject)) {
      throw unreadable(name, "an object");
    }
    return new SwitchReader(value == null ? new JsonObject() : (JsonObject) value, fullName(name));
  }

  JsonArray list(String name) {
    Object value = json.getValue(name);
    if (value != null && !(value instanceof JsonArray)) {
      throw unreadable(name, "a list");
    }
    return value == null ? new JsonArray() : (JsonArray) value;
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(json.getValue(name)).map(Object::toString).filter(t -> !t.isBlank());
  }

  String text(String name, String otherwise) {
    return text(name).orElse(otherwise);
  }

  String requiredText(String name) {
    return text(name).orElseThrow(() -> ApiError.missing(fullName(name)));
  }

  boolean flag(String name, boolean otherwise) {
    return text(name).map(Boolean::parseBoolean).orElse(otherwise);
  }

  Optional<Long> number(String name) {
    try {
      return text(name).map(Long::valueOf);
    } catch (NumberFormatException notANumber) {
      throw unreadable(name, "a whole number");
    }
  }

  long number(String name, long otherwise) {
    return number(name).orElse(otherwise);
  }

  int count(String name, int otherwise) {
    return Math.toIntExact(number(name, otherwise));
  }

  /** From 0, never, to 1, always. */
  double probability(String name) {
    try {
      double value = text(name).map(Double::valueOf).orElse(0.0);
      if (value >= 0 && value <= 1) {
        return value;
      }
    } catch (NumberFormatException notANumber) {
      // Told below.
    }
    throw unreadable(name, "a number from 0 to 1");
  }

  /** Milliseconds. */
  Duration millis(String name, Duration otherwise) {
    return number(name).map(Duration::ofMillis).orElse(otherwise);
  }

  /** In ISO 8601, from days down: {@code PT90S}, {@code P3D}. */
  Optional<Duration> duration(String name) {
    try {
      return text(name).map(Duration::parse);
    } catch (DateTimeException notADuration) {
      throw unreadable(name, "a duration, such as PT90S or P3D");
    }
  }

  private ApiError unreadable(String name, String wanted) {
    return ApiError.invalid(fullName(name) + " must be " + wanted, null, fullName(name));
  }

  private String fullName(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
