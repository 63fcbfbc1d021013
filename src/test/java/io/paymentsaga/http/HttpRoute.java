package io.paymentsaga.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A route of {@code routes/*.camel.yaml} that is called over HTTP.
 *
 * @param scopes each of which lets a caller pass; empty when the route lets in everybody
 */
record HttpRoute(String id, String method, String path, List<String> scopes) {
  private static final String SCHEME = "platform-http:";
  private static final Pattern ACCESS =
      Pattern.compile("require(OrOwn)?\\(\\$\\{exchange}, '([a-z:]+)'\\)");

  static List<HttpRoute> all() throws IOException {
    List<HttpRoute> routes = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of("routes"))) {
      for (Path file : files.toList()) {
        for (JsonNode entry : new YAMLMapper().readTree(file.toFile())) {
          JsonNode route = entry.path("route");
          if (route.at("/from/uri").asText().startsWith(SCHEME)) {
            routes.add(of(route));
          }
        }
      }
    }
    return routes;
  }

  private static HttpRoute of(JsonNode route) {
    List<String> scopes = new ArrayList<>();
    Matcher access = ACCESS.matcher(route.toString());
    while (access.find()) {
      scopes.add(access.group(2));
      if (access.group(1) != null) {
        scopes.add("payments:own");
      }
    }
    return new HttpRoute(
        route.path("id").asText(),
        route.at("/from/parameters/httpMethodRestrict").asText(),
        route.at("/from/uri").asText().substring(SCHEME.length()),
        scopes);
  }

  /** {@code show-payment} is {@code showPayment}. */
  String operationId() {
    return Pattern.compile("-(.)")
        .matcher(id)
        .replaceAll(letter -> letter.group(1).toUpperCase(Locale.ROOT));
  }
}
