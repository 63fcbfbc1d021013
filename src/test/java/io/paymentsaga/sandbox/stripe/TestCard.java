package io.paymentsaga.sandbox.stripe;

import java.util.Arrays;
import java.util.Optional;

/** <a href="https://docs.stripe.com/testing">Stripe's test cards</a> that the simulator knows. */
public enum TestCard {
  PAYS("4242424242424242", "Pays"),
  THREE_D_SECURE("4000002500003155", "Asks for 3-D Secure"),
  DECLINED("4000000000000002", "Is declined"),
  INSUFFICIENT_FUNDS("4000000000009995", "Has insufficient funds"),
  EXPIRED("4000000000000069", "Has expired"),
  DISPUTED_LATER("4000000000000259", "Pays, is disputed later"),
  REFUND_PENDING("4000000000007726", "Pays, refunds are pending first"),
  REFUND_FAILS("4000000000005126", "Pays, refunds fail later");

  private final String number;
  private final String label;

  TestCard(String number, String label) {
    this.number = number;
    this.label = label;
  }

  /** The card of this number, which may be written with spaces. */
  public static Optional<TestCard> numbered(String number) {
    String digits = number.replace(" ", "");
    return Arrays.stream(values()).filter(card -> card.number.equals(digits)).findFirst();
  }

  public String number() {
    return number;
  }

  String label() {
    return label;
  }

  /** What the bank says no with; empty when it pays. */
  Optional<Decline> decline() {
    return switch (this) {
      case DECLINED ->
          Optional.of(
              Decline.byBank("card_declined", "generic_decline", "Your card was declined."));
      case INSUFFICIENT_FUNDS ->
          Optional.of(
              Decline.byBank(
                  "card_declined", "insufficient_funds", "Your card has insufficient funds."));
      case EXPIRED ->
          Optional.of(Decline.byBank("expired_card", "expired_card", "Your card has expired."));
      case PAYS, THREE_D_SECURE, DISPUTED_LATER, REFUND_PENDING, REFUND_FAILS -> Optional.empty();
    };
  }

  String lastFour() {
    return number.substring(number.length() - 4);
  }

  /** The number in groups of four, as it stands on a card. */
  String embossed() {
    return number.replaceAll("(.{4})(?=.)", "$1 ");
  }
}
