package io.paymentsaga.messaging;

/**
 * Why a message had no effect, as an operator reads it.
 *
 * @param reason the refusal's code, or {@code attempts-used-up}
 * @param error one line of 300 characters at the most
 */
public record MessageFailure(String reason, String error) {
  private static final int LONGEST_ERROR = 300;

  static MessageFailure of(Throwable failure) {
    Throwable decisive = decisive(failure);
    return decisive instanceof RefusedMessageException refused
        ? new MessageFailure(refused.reason(), line(refused.getMessage()))
        : new MessageFailure(
            "attempts-used-up",
            line(decisive.getClass().getSimpleName() + ": " + decisive.getMessage()));
  }

  /** The refusal if there is one, else the innermost cause; what is around them only says where. */
  private static Throwable decisive(Throwable failure) {
    Throwable cause = failure;
    while (!(cause instanceof RefusedMessageException) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  private static String line(String text) {
    String line = text.replaceAll("\\p{Cntrl}+", " ");
    return line.length() <= LONGEST_ERROR ? line : line.substring(0, LONGEST_ERROR);
  }
}
