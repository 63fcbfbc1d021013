package io.paymentsaga.http.server;

import io.vertx.core.http.HttpServerRequest;
import java.util.List;

/**
 * Requests whose end, or whose addressee, another server may read differently (RFC 9112, 6.1 and
 * 3.2): whoever sends them hides a second request from what stands before this service. What is
 * ambiguous in its lengths, the server's decoder refuses itself.
 */
final class AmbiguousRequests {
  private AmbiguousRequests() {}

  static boolean isOne(HttpServerRequest request) {
    List<String> codings = request.headers().getAll("Transfer-Encoding");
    boolean odd = !codings.isEmpty() && !isChunked(codings);
    return odd || request.headers().getAll("Host").size() > 1;
  }

  private static boolean isChunked(List<String> codings) {
    return codings.size() == 1 && codings.get(0).equalsIgnoreCase("chunked");
  }
}
