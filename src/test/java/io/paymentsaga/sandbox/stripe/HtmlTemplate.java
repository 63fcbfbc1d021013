package io.paymentsaga.sandbox.stripe;

import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * HTML with places to fill: <code>{{name}}</code> takes text, <code>{{{name}}}</code> takes HTML.
 */
record HtmlTemplate(String html) {
  private static final Pattern PLACE = Pattern.compile("\\{\\{(\\{)?(\\w+)}?}}");

  /** A file of the class path. */
  static HtmlTemplate file(String name) {
    return new HtmlTemplate(read(name));
  }

  static String read(String name) {
    try (InputStream file = HtmlTemplate.class.getResourceAsStream("/sandbox/stripe/" + name)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  String fill(Map<String, String> values) {
    return PLACE.matcher(html).replaceAll(place -> Matcher.quoteReplacement(fill(place, values)));
  }

  static void send(RoutingContext context, int status, String page) {
    context
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", "text/html; charset=utf-8")
        .putHeader("Cache-Control", "no-store")
        .putHeader("Content-Security-Policy", "default-src 'none'; style-src 'self'")
        .end(page);
  }

  private static String fill(MatchResult place, Map<String, String> values) {
    String value = values.get(place.group(2));
    if (value == null) {
      throw new IllegalStateException("Nothing to fill in for " + place.group(2));
    }
    return place.group(1) == null ? escape(value) : value;
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
