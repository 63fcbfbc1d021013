package io.paymentsaga;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.util.TimeUtils;

/** The configuration as {@code application.properties} and the environment give it. */
final class Settings {
  private final CamelContext context;

  Settings(CamelContext context) {
    this.context = context;
  }

  /** A value, trimmed; empty when there is none. */
  String text(String key) {
    return context.resolvePropertyPlaceholders("{{" + key + "}}").trim();
  }

  /**
   * A value that must be given.
   *
   * @param variable the environment variable to name when it is missing
   */
  String secret(String key, String variable) {
    String value = text(key);
    if (value.isEmpty()) {
      throw new ConfigurationException(variable + " is missing");
    }
    return value;
  }

  int number(String key) {
    try {
      return Integer.parseInt(text(key));
    } catch (NumberFormatException notANumber) {
      throw new ConfigurationException(key + " is no whole number: " + text(key));
    }
  }

  /** A duration such as {@code 500ms}, {@code 35m} or {@code 23h55m}. */
  Duration duration(String key) {
    try {
      return Duration.ofMillis(TimeUtils.toMilliSeconds(text(key)));
    } catch (IllegalArgumentException notADuration) {
      throw new ConfigurationException(key + " is no duration: " + text(key));
    }
  }

  /** Values between commas. */
  static List<String> list(String values) {
    return Arrays.stream(values.split(",", -1))
        .map(String::trim)
        .filter(v -> !v.isEmpty())
        .toList();
  }
}
