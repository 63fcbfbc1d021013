package io.paymentsaga.http.server;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.paymentsaga.http.CorrelationIds;
import io.paymentsaga.http.Problem;
import io.paymentsaga.http.ProblemType;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.regex.Pattern;

/** What comes over a connection and is no request any route could be asked. */
final class MalformedRequests {
  private static final Pattern BROKEN_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");

  private MalformedRequests() {}

  /** Whether the target is a path that can be decoded: not {@code *}, an authority or nothing. */
  static boolean hasPath(HttpServerRequest request) {
    String path = request.path();
    return path != null && path.startsWith("/") && !BROKEN_ESCAPE.matcher(path).find();
  }

  /** Answers with a problem and closes: nobody knows where a next request would begin. */
  static void refuse(HttpServerRequest request) {
    ProblemType type = type(request.decoderResult().cause());
    String correlationId = CorrelationIds.accepted(request.getHeader(CorrelationIds.HEADER));
    SecurityHeaders.put(request.response(), request.isSSL());
    request
        .response()
        .setStatusCode(type.status())
        .putHeader("Content-Type", Problem.MEDIA_TYPE)
        .putHeader("Connection", "close")
        .putHeader(CorrelationIds.HEADER, correlationId)
        .end(Buffer.buffer(Problem.ofServer(type, correlationId).json()))
        .onComplete(sent -> request.connection().close());
  }

  private static ProblemType type(Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return ProblemType.URI_TOO_LONG;
    }
    return cause instanceof TooLongHttpHeaderException
        ? ProblemType.HEADERS_TOO_LARGE
        : ProblemType.VALIDATION;
  }
}
