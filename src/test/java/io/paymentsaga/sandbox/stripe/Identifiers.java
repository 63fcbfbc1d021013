package io.paymentsaga.sandbox.stripe;

import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** Makes ids that look like Stripe's. */
final class Identifiers {
  private static final String ALPHABET =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private final RandomGenerator random;

  Identifiers(RandomGenerator random) {
    this.random = random;
  }

  String session() {
    return "cs_test_a1" + letters(56);
  }

  String paymentIntent() {
    return "pi_3" + letters(23);
  }

  String charge() {
    return "ch_3" + letters(23);
  }

  String refund() {
    return "re_3" + letters(23);
  }

  String dispute() {
    return "du_1" + letters(23);
  }

  String event() {
    return "evt_1" + letters(23);
  }

  String lineItem() {
    return "li_1" + letters(23);
  }

  String request() {
    return "req_" + letters(14);
  }

  String webhookEndpoint() {
    return "we_1" + letters(23);
  }

  String webhookSecret() {
    return "whsec_" + letters(32);
  }

  String secret() {
    return "secret_" + letters(25);
  }

  private String letters(int count) {
    return random
        .ints(count, 0, ALPHABET.length())
        .mapToObj(index -> ALPHABET.substring(index, index + 1))
        .collect(Collectors.joining());
  }
}
