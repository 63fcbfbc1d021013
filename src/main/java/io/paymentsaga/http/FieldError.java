package io.paymentsaga.http;

/**
 * One fault in what a caller sent.
 *
 * @param pointer a JSON Pointer (RFC 6901) into the body, empty for the body as a whole; parameters
 *     of the query and the path are pointed at as members of one flat object, for example {@code
 *     /limit}
 * @param code what is wrong, stable
 * @param message the same for a human reader; its wording may change
 */
public record FieldError(String pointer, ErrorCode code, String message) {
  /** The pointer to a member, by its name, of what {@code object} points at. */
  static String pointer(String object, String member) {
    return object + "/" + member.replace("~", "~0").replace("/", "~1");
  }
}
