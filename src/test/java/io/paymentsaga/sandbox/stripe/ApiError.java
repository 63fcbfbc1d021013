package io.paymentsaga.sandbox.stripe;

import io.vertx.core.json.JsonObject;

/**
 * A call or step Stripe refuses; see <a href="https://docs.stripe.com/api/errors">its errors</a>.
 */
public final class ApiError extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;
  private final String type;
  private final String code;
  private final String parameter;

  ApiError(int status, String type, String code, String parameter, String message) {
    super(message);
    this.status = status;
    this.type = type;
    this.code = code;
    this.parameter = parameter;
  }

  static ApiError invalid(String message, String code, String parameter) {
    return new ApiError(400, "invalid_request_error", code, parameter, message);
  }

  static ApiError missing(String parameter) {
    return invalid("Missing required param: " + parameter + ".", "parameter_missing", parameter);
  }

  /** The object the URL names does not exist. */
  static ApiError notFound(String kind, String id, String parameter) {
    return new ApiError(
        404, "invalid_request_error", "resource_missing", parameter, noSuch(kind, id));
  }

  /** The object a parameter names does not exist. */
  static ApiError noSuchReference(String kind, String id, String parameter) {
    return invalid(noSuch(kind, id), "resource_missing", parameter);
  }

  static ApiError unauthorized(String message) {
    return new ApiError(401, "invalid_request_error", null, null, message);
  }

  private static String noSuch(String kind, String id) {
    return "No such " + kind + ": '" + id + "'";
  }

  /** The HTTP status Stripe answers. */
  public int status() {
    return status;
  }

  /**
   * Whether the call was refused for its parameters alone, before anything was tried. Idempotency
   * keys forget such refusals; see <a href="https://docs.stripe.com/api/idempotent_requests">
   * Stripe's rules</a>.
   */
  boolean isOfValidation() {
    return code != null && code.startsWith("parameter_");
  }

  ApiAnswer toAnswer() {
    JsonObject error = new JsonObject();
    if (code != null) {
      error
          .put("code", code)
          .put("doc_url", "https://stripe.com/docs/error-codes/" + code.replace('_', '-'));
    }
    error.put("message", getMessage());
    if (parameter != null) {
      error.put("param", parameter);
    }
    error.put("type", type);
    return new ApiAnswer(status, new JsonObject().put("error", error).encodePrettily());
  }
}
