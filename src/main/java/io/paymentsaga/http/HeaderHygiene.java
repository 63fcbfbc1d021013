package io.paymentsaga.http;

import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.vertx.HttpMessage;
import org.apache.camel.spi.HeaderFilterStrategy;

/**
 * Decides which headers cross the HTTP edge. Both ways by allow-list, because in Camel a message
 * header is a command: {@code Long-Running-Action} joins a saga, {@code CamelSqlQuery} replaces a
 * statement, {@code kafka.OVERRIDE_TOPIC} redirects an event.
 *
 * <p>camel-platform-http also offers query parameters and form fields as headers, through the same
 * method, and appends path parameters to headers of the same name. So a value is let in only when
 * the request really carries it as a header, and routes read query parameters with {@link Pages}.
 * What Camel sets itself (method, path, query, path parameters) does not pass through here.
 *
 * <p>To be set on the {@code platform-http} component before the routes are loaded.
 */
public final class HeaderHygiene implements HeaderFilterStrategy {
  private static final Set<String> REQUEST =
      ignoringCase(
          "Accept",
          "Authorization",
          "Content-Type",
          "Idempotency-Key",
          "Stripe-Signature",
          "traceparent",
          "tracestate",
          CorrelationIds.HEADER);

  private static final Set<String> RESPONSE =
      ignoringCase(
          "Allow",
          "Cache-Control",
          "Content-Type",
          "ETag",
          "Idempotent-Replayed",
          "Location",
          "Retry-After",
          "WWW-Authenticate",
          "X-Content-Type-Options",
          CorrelationIds.HEADER);

  @Override
  public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
    return !REQUEST.contains(name) || !isRequestHeader(name, value, exchange);
  }

  @Override
  public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
    return !RESPONSE.contains(name);
  }

  private static boolean isRequestHeader(String name, Object value, Exchange exchange) {
    return exchange.getMessage() instanceof HttpMessage message
        && message.getRequest().headers().getAll(name).contains(String.valueOf(value));
  }

  private static Set<String> ignoringCase(String... names) {
    Set<String> set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    set.addAll(Set.of(names));
    return set;
  }
}
