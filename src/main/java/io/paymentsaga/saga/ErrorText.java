package io.paymentsaga.saga;

/** What is kept of an exception. */
final class ErrorText {
  private static final int LIMIT = 1000;

  private ErrorText() {}

  /** Its message, or its class without one; at most 1000 characters. */
  static String of(Throwable error) {
    String text = error.getMessage() != null ? error.getMessage() : error.getClass().getName();
    return text.length() <= LIMIT ? text : text.substring(0, LIMIT);
  }
}
