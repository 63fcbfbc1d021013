package io.paymentsaga.http.server;

import io.paymentsaga.http.CorrelationIds;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.CorsHandler;
import java.util.List;
import java.util.Set;

/**
 * Lets pages of other origins call the API, when an operator has named them. Callers are known by
 * their token and never by a cookie, so credentials of the browser's are never asked for.
 */
final class CrossOrigin {
  private static final String EVERYBODY = "*";
  private static final int TEN_MINUTES = 600;

  private CrossOrigin() {}

  /** Does nothing without origins. */
  static void mountOn(Router router, List<String> origins) {
    if (origins.isEmpty()) {
      return;
    }
    CorsHandler cors =
        CorsHandler.create()
            .addOrigins(origins)
            .allowedMethods(Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST))
            .allowedHeaders(
                Set.of(
                    "Authorization",
                    "Content-Type",
                    "Idempotency-Key",
                    "traceparent",
                    "tracestate",
                    CorrelationIds.HEADER))
            .exposedHeaders(
                Set.of(
                    "Idempotent-Replayed",
                    "Location",
                    "Retry-After",
                    "WWW-Authenticate",
                    CorrelationIds.HEADER))
            .maxAgeSeconds(TEN_MINUTES);
    router
        .route("/api/*")
        .order(Integer.MIN_VALUE)
        .handler(
            context -> {
              String origin = context.request().getHeader("Origin");
              // Another origin gets its answer too: its browser is the one to keep it back.
              if (origin != null && (origins.contains(EVERYBODY) || origins.contains(origin))) {
                cors.handle(context);
              } else {
                context.next();
              }
            });
  }
}
