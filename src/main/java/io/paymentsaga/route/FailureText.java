package io.paymentsaga.route;

import org.springframework.core.NestedExceptionUtils;

/** What the log tells of a failure. */
final class FailureText {
  private FailureText() {}

  /**
   * Its cause in one line. PostgreSQL's further lines are left out: they repeat what stands in a
   * row, be it an e-mail address.
   */
  static String of(Throwable failure) {
    Throwable cause = NestedExceptionUtils.getMostSpecificCause(failure);
    String message = cause.getMessage();
    String line = message == null ? "" : ": " + message.lines().findFirst().orElse("");
    return cause.getClass().getSimpleName() + line;
  }
}
