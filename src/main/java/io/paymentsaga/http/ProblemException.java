package io.paymentsaga.http;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Ends a call with a problem instead of an answer. Everything in it may be shown to the caller,
 * except the cause, which is only logged.
 */
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** More would only make the answer larger than the request. */
  private static final int MOST_ERRORS = 100;

  /**
   * What follows from what was sent. A conflict is with a state that may pass, a missing token or
   * scope is not of the call, and what failed is not over.
   */
  private static final Set<ProblemType> OF_THE_CALL =
      Set.of(ProblemType.VALIDATION, ProblemType.NOT_FOUND, ProblemType.UNPROCESSABLE);

  private final ProblemType type;
  private final boolean comesAgain;
  private final transient List<FieldError> errors;
  private final transient Map<String, Object> extras;
  private final transient Map<String, String> headers;

  private ProblemException(
      ProblemType type,
      boolean comesAgain,
      String detail,
      List<FieldError> errors,
      Map<String, Object> extras,
      Map<String, String> headers,
      Throwable cause) {
    // A caller's mistake is an expected outcome: nobody reads its stack trace.
    super(detail, cause, true, type.status() >= 500);
    this.type = type;
    this.comesAgain = comesAgain;
    this.errors = List.copyOf(errors);
    this.extras = Map.copyOf(extras);
    this.headers = Map.copyOf(headers);
  }

  private static ProblemException plain(ProblemType type, String detail) {
    return withHeaders(type, detail, Map.of(), null);
  }

  private static ProblemException withHeaders(
      ProblemType type, String detail, Map<String, String> headers, Throwable cause) {
    return new ProblemException(
        type, OF_THE_CALL.contains(type), detail, List.of(), Map.of(), headers, cause);
  }

  /** 400 with the faults that were found: at least one, and of many the first hundred. */
  public static ProblemException badRequest(List<FieldError> found) {
    List<FieldError> errors = found.subList(0, Math.min(found.size(), MOST_ERRORS));
    FieldError first = errors.get(0);
    String detail =
        errors.size() == 1
            ? (first.pointer() + " " + first.message()).strip()
            : errors.size() + " faults were found";
    return new ProblemException(
        ProblemType.VALIDATION, true, detail, errors, Map.of(), Map.of(), /* cause= */ null);
  }

  /** 400 for a single fault. */
  public static ProblemException badRequest(String pointer, ErrorCode code, String message) {
    return badRequest(List.of(new FieldError(pointer, code, message)));
  }

  /** 401 with the challenge of RFC 6750 for {@code WWW-Authenticate}. */
  public static ProblemException unauthorized(String detail, String challenge) {
    return withHeaders(
        ProblemType.UNAUTHORIZED, detail, Map.of("WWW-Authenticate", challenge), null);
  }

  /** 403. */
  public static ProblemException forbidden(String detail) {
    return plain(ProblemType.FORBIDDEN, detail);
  }

  /** 403 with the challenge of RFC 6750 that names the missing scope. */
  static ProblemException insufficientScope(String detail, String challenge) {
    return withHeaders(ProblemType.FORBIDDEN, detail, Map.of("WWW-Authenticate", challenge), null);
  }

  /** 404. */
  public static ProblemException notFound(String detail) {
    return plain(ProblemType.NOT_FOUND, detail);
  }

  /** 409. */
  public static ProblemException conflict(String detail) {
    return plain(ProblemType.CONFLICT, detail);
  }

  /** 409 with further members, for example the {@code paymentId} in the way. */
  public static ProblemException conflict(String detail, Map<String, Object> extras) {
    return new ProblemException(
        ProblemType.CONFLICT, false, detail, List.of(), extras, Map.of(), null);
  }

  /** 409 for a call that another with its key is busy with; told again after this time at best. */
  static ProblemException inProgress(Duration retryAfter) {
    return withHeaders(
        ProblemType.CONFLICT,
        "A call with this Idempotency-Key is in progress.",
        retryAfter(retryAfter),
        null);
  }

  /** 413. */
  public static ProblemException payloadTooLarge(String detail) {
    return plain(ProblemType.PAYLOAD_TOO_LARGE, detail);
  }

  /** 415. */
  public static ProblemException unsupportedMediaType(String detail) {
    return plain(ProblemType.UNSUPPORTED_MEDIA_TYPE, detail);
  }

  /** 422 for what was sent. */
  public static ProblemException unprocessable(String detail) {
    return plain(ProblemType.UNPROCESSABLE, detail);
  }

  /** 422 for a state that may pass, as a conflict may. */
  public static ProblemException unprocessableNow(String detail) {
    return new ProblemException(
        ProblemType.UNPROCESSABLE, false, detail, List.of(), Map.of(), Map.of(), null);
  }

  /** 429; {@code retryAfter} is told in whole seconds, rounded up. */
  public static ProblemException tooManyRequests(String detail, Duration retryAfter) {
    return withHeaders(ProblemType.TOO_MANY_REQUESTS, detail, retryAfter(retryAfter), null);
  }

  /** 502; the cause is logged and not shown. */
  public static ProblemException badGateway(String detail, Throwable cause) {
    return withHeaders(ProblemType.BAD_GATEWAY, detail, Map.of(), cause);
  }

  /** 503; {@code retryAfter} is told in whole seconds, rounded up; the cause is only logged. */
  public static ProblemException unavailable(String detail, Duration retryAfter, Throwable cause) {
    return withHeaders(ProblemType.UNAVAILABLE, detail, retryAfter(retryAfter), cause);
  }

  /** 503 without a cause worth logging. */
  public static ProblemException unavailable(String detail, Duration retryAfter) {
    return unavailable(detail, retryAfter, null);
  }

  private static Map<String, String> retryAfter(Duration pause) {
    long seconds = Math.max(1, pause.plusSeconds(1).minusNanos(1).toSeconds());
    return Map.of("Retry-After", Long.toString(seconds));
  }

  /** What kind of problem it is. */
  public ProblemType type() {
    return type;
  }

  /** Whether the same call has no other answer to expect: this one follows from what was sent. */
  boolean comesAgain() {
    return comesAgain;
  }

  /** The faults of a bad request, else empty. */
  public List<FieldError> errors() {
    return errors;
  }

  /** The response headers this problem needs besides its body. */
  Map<String, String> headers() {
    return headers;
  }

  /** The body of the response to the call known as {@code correlationId}. */
  Problem problem(String correlationId) {
    return new Problem(type, getMessage(), correlationId, errors, extras);
  }
}
