package io.paymentsaga;

/**
 * Something the operator has to set right before the service can start; the message is for them.
 */
final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ConfigurationException(String message) {
    super(message);
  }
}
