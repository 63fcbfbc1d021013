package io.paymentsaga.messaging;

/**
 * A consumed message can never take effect: it goes to the dead letters at once, without another
 * attempt. Thrown by the parsers here and by the routes that apply a message.
 */
public class RefusedMessageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  /**
   * @param reason a short stable code in kebab case, such as {@code not-json}, for {@code
   *     dlt-reason}
   * @param message what an operator reads; holds no secret and nothing of the message but ids
   */
  public RefusedMessageException(String reason, String message) {
    super(message);
    this.reason = reason;
  }

  public final String reason() {
    return reason;
  }
}
