package io.paymentsaga.sandbox;

/** The sandbox cannot run; the message is one line for whoever started it. */
final class SandboxFailure extends Exception {
  private static final long serialVersionUID = 1;

  SandboxFailure(String message) {
    super(message);
  }

  SandboxFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
