package io.paymentsaga.http;

/**
 * One fault in what a caller sent.
 *
 * @param pointer a JSON Pointer (RFC 6901) into the body, empty for the body as a whole; query
 *     parameters are pointed at as members of one flat object, for example {@code /limit}
 * @param code what is wrong, stable
 * @param message the same for a human reader; its wording may change
 */
public record FieldError(String pointer, ErrorCode code, String message) {}
