package io.paymentsaga.sandbox.stripe;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * Parameters in Stripe's form encoding, where nesting stands in brackets: {@code
 * items[0][price_data][currency]=usd}. Knows its own prefix, so that errors name the whole
 * parameter.
 */
final class FormParameters {
  private final String prefix;
  private final Map<String, String> values;

  private FormParameters(String prefix, Map<String, String> values) {
    this.prefix = prefix;
    this.values = values;
  }

  static FormParameters parse(String encoded) {
    Map<String, String> values = new LinkedHashMap<>();
    new QueryStringDecoder(encoded, false)
        .parameters()
        .forEach(
            (name, given) -> {
              if (name.endsWith("[]")) {
                String list = name.substring(0, name.length() - 2);
                for (int index = 0; index < given.size(); index++) {
                  values.put(list + "[" + index + "]", given.get(index));
                }
              } else {
                values.put(name, given.get(given.size() - 1));
              }
            });
    return new FormParameters("", values);
  }

  /** Every parameter by its full name. */
  Map<String, String> asMap() {
    return Collections.unmodifiableMap(values);
  }

  void refuseAllBut(Set<String> known) {
    for (String name : values.keySet()) {
      if (!known.contains(head(name))) {
        throw ApiError.invalid(
            "Received unknown parameter: " + fullName(head(name)),
            "parameter_unknown",
            fullName(head(name)));
      }
    }
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name)).filter(value -> !value.isEmpty());
  }

  String requiredText(String name) {
    return text(name).orElseThrow(() -> ApiError.missing(fullName(name)));
  }

  OptionalLong number(String name) {
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(text.get()));
    } catch (NumberFormatException notANumber) {
      throw ApiError.invalid(
          "Invalid integer: " + text.get(), "parameter_invalid_integer", fullName(name));
    }
  }

  long requiredNumber(String name, long least) {
    long number = number(name).orElseThrow(() -> ApiError.missing(fullName(name)));
    if (number < least) {
      throw ApiError.invalid(
          "This value must be greater than or equal to " + least + ".",
          "parameter_invalid_integer",
          fullName(name));
    }
    return number;
  }

  /** What stands in the brackets after the name. */
  FormParameters within(String name) {
    Map<String, String> inner = new LinkedHashMap<>();
    values.forEach(
        (key, value) -> {
          if (key.startsWith(name + "[")) {
            int end = key.indexOf(']', name.length());
            inner.put(key.substring(name.length() + 1, end) + key.substring(end + 1), value);
          }
        });
    return new FormParameters(fullName(name), inner);
  }

  /** The entries of a list of nested parameters, in the order of their indexes. */
  List<FormParameters> list(String name) {
    FormParameters all = within(name);
    Map<Integer, FormParameters> byIndex = new TreeMap<>();
    for (String key : all.values.keySet()) {
      byIndex.computeIfAbsent(Integer.valueOf(head(key)), index -> all.within(head(key)));
    }
    return List.copyOf(byIndex.values());
  }

  /** The entries of a list of plain values. */
  List<String> texts(String name) {
    return List.copyOf(within(name).values.values());
  }

  /**
   * Free key-value pairs, within <a href="https://docs.stripe.com/metadata">Stripe's limits</a>.
   */
  Map<String, String> metadata(String name) {
    Map<String, String> metadata = within(name).values;
    if (metadata.size() > 50) {
      throw ApiError.invalid("Metadata can have at most 50 keys.", null, fullName(name));
    }
    metadata.forEach(
        (key, value) -> {
          if (key.length() > 40) {
            throw ApiError.invalid(
                "Metadata keys can have up to 40 characters. Invalid key: " + key,
                null,
                fullName(name));
          }
          if (value.length() > 500) {
            throw ApiError.invalid(
                "Metadata values can have up to 500 characters, but you passed in a value that is "
                    + value.length()
                    + " characters.",
                null,
                fullName(name) + "[" + key + "]");
          }
        });
    return Collections.unmodifiableMap(metadata);
  }

  boolean isEmpty() {
    return values.isEmpty();
  }

  JsonObject toJson() {
    JsonObject json = new JsonObject();
    for (String key : values.keySet()) {
      String head = head(key);
      if (!json.containsKey(head)) {
        json.put(head, head.equals(key) ? values.get(key) : within(head).toJson());
      }
    }
    return json;
  }

  String fullName(String name) {
    return prefix.isEmpty() ? name : prefix + "[" + name + "]";
  }

  private static String head(String name) {
    int bracket = name.indexOf('[');
    return bracket < 0 ? name : name.substring(0, bracket);
  }
}
