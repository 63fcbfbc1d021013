package io.paymentsaga.sandbox;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Secrets of one run. */
final class Secret {
  private static final int BYTES = 24;

  private Secret() {}

  static String random() {
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
