package io.paymentsaga.proof;

/** What was captured and given back in one currency, on either side; minor units. */
public record Sums(
    long capturedAtStripe, long capturedHere, long refundedAtStripe, long refundedHere) {
  static final Sums NONE = new Sums(0, 0, 0, 0);

  static Sums captured(long atStripe, long here) {
    return new Sums(atStripe, here, 0, 0);
  }

  static Sums refunded(long atStripe, long here) {
    return new Sums(0, 0, atStripe, here);
  }

  /**
   * These and others.
   *
   * @throws ArithmeticException when a sum does not fit a long
   */
  Sums plus(Sums other) {
    return new Sums(
        Math.addExact(capturedAtStripe, other.capturedAtStripe),
        Math.addExact(capturedHere, other.capturedHere),
        Math.addExact(refundedAtStripe, other.refundedAtStripe),
        Math.addExact(refundedHere, other.refundedHere));
  }
}
