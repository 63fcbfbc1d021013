package io.paymentsaga.http;

import java.time.Instant;

/**
 * A stretch of time an operator wants compared with Stripe's ledger, and why.
 *
 * @param to null for now
 */
public record ProofRequest(Instant from, Instant to, String reason) {

  /** What to answer when there is no time between {@code from} and {@code to}. */
  public static ProblemException empty() {
    return ProblemException.badRequest("/to", ErrorCode.OUT_OF_RANGE, "must be later than from");
  }
}
