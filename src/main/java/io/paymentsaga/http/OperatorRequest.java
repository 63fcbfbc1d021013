package io.paymentsaga.http;

/**
 * What an operator decided about a saga, and why.
 *
 * @param reason never null
 * @param outcome how the saga ended in truth; null unless the operator resolves it
 */
public record OperatorRequest(String reason, Outcome outcome) {

  /** How a saga can be declared ended. */
  public enum Outcome {
    COMPLETED,
    COMPENSATED
  }
}
