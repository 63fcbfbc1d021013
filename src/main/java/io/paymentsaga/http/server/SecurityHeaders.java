package io.paymentsaga.http.server;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerResponse;

/**
 * What every answer tells browsers: take the media type as it is said, load nothing, stand in no
 * frame, keep nothing, and come back by HTTPS when that is how they came. A page replaces the
 * policy by its own.
 */
final class SecurityHeaders {
  static final String POLICY = "Content-Security-Policy";

  private static final String A_YEAR = "max-age=31536000";

  private SecurityHeaders() {}

  static void put(HttpServerResponse response, boolean secure) {
    MultiMap headers = response.headers();
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cache-Control", "no-store");
    headers.set(POLICY, "default-src 'none'; frame-ancestors 'none'");
    if (secure) {
      headers.set("Strict-Transport-Security", A_YEAR);
    }
  }
}
