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

  Sums plus(Sums other) {
    return new Sums(
        capturedAtStripe + other.capturedAtStripe,
        capturedHere + other.capturedHere,
        refundedAtStripe + other.refundedAtStripe,
        refundedHere + other.refundedHere);
  }
}
