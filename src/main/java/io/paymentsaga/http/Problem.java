package io.paymentsaga.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A problem as callers see it, after RFC 9457.
 *
 * @param type what kind of problem, with its status and title
 * @param detail what went wrong this time, safe to show to the caller
 * @param correlationId under which the call is found in logs and events
 * @param errors each fault of a bad request; empty for other problems
 * @param extras further members, for example {@code paymentId} on a conflict
 */
public record Problem(
    ProblemType type,
    String detail,
    String correlationId,
    List<FieldError> errors,
    Map<String, Object> extras) {

  /** The media type of {@link #json()}. */
  public static final String MEDIA_TYPE = "application/problem+json";

  private static final JsonMapper JSON = new JsonMapper();

  public Problem {
    errors = List.copyOf(errors);
    extras = Map.copyOf(extras);
  }

  /** A problem that has neither errors nor further members. */
  static Problem of(ProblemType type, String detail, String correlationId) {
    return new Problem(type, detail, correlationId, List.of(), Map.of());
  }

  /** What the server itself has to say of a request, before or after any route. */
  public static Problem ofServer(ProblemType type, String correlationId) {
    List<FieldError> errors =
        type == ProblemType.VALIDATION
            ? List.of(new FieldError("", ErrorCode.INVALID_FORMAT, "is not well-formed HTTP"))
            : List.of();
    return new Problem(type, type.title(), correlationId, errors, Map.of());
  }

  /** The body of the response, in UTF-8. */
  public byte[] json() {
    Map<String, Object> members = new LinkedHashMap<>(extras);
    members.put("type", type.uri());
    members.put("title", type.title());
    members.put("status", type.status());
    members.put("detail", detail);
    members.put("correlationId", correlationId);
    if (!errors.isEmpty()) {
      members.put("errors", errors);
    }
    try {
      return JSON.writeValueAsBytes(members);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A problem's members must be plain JSON values", e);
    }
  }
}
