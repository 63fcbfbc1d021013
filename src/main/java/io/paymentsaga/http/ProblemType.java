package io.paymentsaga.http;

import java.util.Locale;

/**
 * The kinds of problem this service answers with. Their URIs are stable and relative to the
 * service's own address.
 */
public enum ProblemType {
  VALIDATION(400, "The request is not valid"),
  UNAUTHORIZED(401, "Authentication is required"),
  FORBIDDEN(403, "The caller may not do this"),
  NOT_FOUND(404, "There is no such resource"),
  METHOD_NOT_ALLOWED(405, "The resource does not support this method"),
  NOT_ACCEPTABLE(406, "None of the accepted media types can be produced"),
  REQUEST_TIMEOUT(408, "The request did not come in time"),
  CONFLICT(409, "The request does not fit the present state"),
  PAYLOAD_TOO_LARGE(413, "The body is too large"),
  URI_TOO_LONG(414, "The address is too long"),
  UNSUPPORTED_MEDIA_TYPE(415, "The media type is not supported"),
  UNPROCESSABLE(422, "The request cannot be carried out"),
  TOO_MANY_REQUESTS(429, "Too many requests"),
  HEADERS_TOO_LARGE(431, "The headers are too large"),
  INTERNAL(500, "Something went wrong inside the service"),
  BAD_GATEWAY(502, "A service this one depends on refused"),
  UNAVAILABLE(503, "The service cannot answer at the moment");

  private final int status;
  private final String title;

  ProblemType(int status, String title) {
    this.status = status;
    this.title = title;
  }

  /** The type with this HTTP status; {@link #INTERNAL} for a status that has none. */
  public static ProblemType ofStatus(int status) {
    for (ProblemType type : values()) {
      if (type.status == status) {
        return type;
      }
    }
    return INTERNAL;
  }

  /** The HTTP status code. */
  public int status() {
    return status;
  }

  /** One sentence that is the same for every problem of this type. */
  public String title() {
    return title;
  }

  /** The {@code type} member, for example {@code /problems/not-found}. */
  public String uri() {
    return "/problems/" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
