package io.paymentsaga.sandbox.stripe;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * How a simulator is set up.
 *
 * @param port 0 picks a free one
 * @param publicUrl where browsers find its pages; empty when that is where it listens
 * @param secretKey the API key it accepts
 * @param webhookSecret what it signs webhooks with
 * @param aftermath how long it takes until a pending refund succeeds, a refund fails later, or a
 *     payment is disputed, with the test cards for that
 */
public record StripeSimulatorSettings(
    String host,
    int port,
    Optional<URI> publicUrl,
    String secretKey,
    String webhookSecret,
    Duration aftermath) {

  /** On a free port of this machine only, by the system's clock, with 2 s of aftermath. */
  public static StripeSimulatorSettings onLoopback(String secretKey, String webhookSecret) {
    return new StripeSimulatorSettings(
        "127.0.0.1", 0, Optional.empty(), secretKey, webhookSecret, Duration.ofSeconds(2));
  }

  public StripeSimulatorSettings withAddress(String newHost, int newPort) {
    return new StripeSimulatorSettings(
        newHost, newPort, publicUrl, secretKey, webhookSecret, aftermath);
  }

  public StripeSimulatorSettings withPublicUrl(URI url) {
    return new StripeSimulatorSettings(
        host, port, Optional.of(url), secretKey, webhookSecret, aftermath);
  }

  public StripeSimulatorSettings withAftermath(Duration time) {
    return new StripeSimulatorSettings(host, port, publicUrl, secretKey, webhookSecret, time);
  }
}
