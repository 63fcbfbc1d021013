package io.paymentsaga.flow;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether a log keeps to itself what it must, whatever was done to the service. */
final class LogSecrecy {
  private static final Pattern SECRET = Pattern.compile(".*(SECRET|PASSWORD).*");
  private static final Pattern LOGIN = Pattern.compile("password=\"([^\"]*)\"");

  /** Tokens, card numbers, addresses, signatures. */
  private static final List<Pattern> TELLING =
      List.of(
          Pattern.compile("eyJ[A-Za-z0-9_-]{20,}"),
          Pattern.compile("[A-Za-z0-9._-]+@example\\.com"),
          Pattern.compile("1 Main St"),
          Pattern.compile("\\b4\\d{15}\\b"),
          Pattern.compile("v1=[0-9a-f]{64}"));

  private static final int LONGEST_SHOWN = 300;

  private LogSecrecy() {}

  /**
   * Looks through a log.
   *
   * @param environment of the service: the secrets it was given stand in none of its lines
   * @throws AssertionError a line holds what it must not
   */
  static void check(String log, Map<String, String> environment) {
    List<String> secrets = secrets(environment).toList();
    List<String> telling =
        log.lines()
            .filter(
                line ->
                    secrets.stream().anyMatch(line::contains)
                        || TELLING.stream().anyMatch(pattern -> pattern.matcher(line).find()))
            .map(line -> line.substring(0, Math.min(line.length(), LONGEST_SHOWN)))
            .limit(40)
            .toList();
    if (!telling.isEmpty()) {
      throw new AssertionError(
          telling.stream().collect(Collectors.joining("\n", "The log tells:\n", "")));
    }
  }

  private static Stream<String> secrets(Map<String, String> environment) {
    Stream<String> named =
        environment.entrySet().stream()
            .filter(variable -> SECRET.matcher(variable.getKey()).matches())
            .map(Map.Entry::getValue);
    Stream<String> logins =
        LOGIN
            .matcher(environment.getOrDefault("KAFKA_SASL_JAAS_CONFIG", ""))
            .results()
            .map(login -> login.group(1));
    return Stream.concat(named, logins).filter(secret -> !secret.isEmpty());
  }
}
