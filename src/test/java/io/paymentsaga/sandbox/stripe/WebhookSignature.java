package io.paymentsaga.sandbox.stripe;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs as in <a href="https://docs.stripe.com/webhooks#verify-manually">Stripe's scheme</a>. */
public final class WebhookSignature {
  private WebhookSignature() {}

  /** The value of the {@code Stripe-Signature} header for exactly this payload. */
  public static String header(String payload, String secret, Instant at) {
    return header(payload, List.of(secret), at);
  }

  /** The same while a secret is being replaced: signed with each. */
  static String header(String payload, List<String> secrets, Instant at) {
    long timestamp = at.getEpochSecond();
    return secrets.stream()
        .map(secret -> ",v1=" + sha256(timestamp + "." + payload, secret))
        .collect(Collectors.joining("", "t=" + timestamp, ""));
  }

  private static String sha256(String text, String secret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("Every Java runtime has HmacSHA256", missing);
    }
  }
}
