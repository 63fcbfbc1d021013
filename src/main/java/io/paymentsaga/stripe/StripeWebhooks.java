package io.paymentsaga.stripe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.stripe.exception.SignatureVerificationException;
import com.stripe.net.Webhook;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Lets Stripe's webhooks in, and nothing else: the signature over the raw bytes is checked before
 * anything is parsed (docs.stripe.com/webhooks/signature).
 */
public final class StripeWebhooks {
  private static final long TOLERANCE_SECONDS = 300;

  private final List<String> secrets;
  private final ObjectMapper json;

  public StripeWebhooks(StripeSettings settings, ObjectMapper json) {
    this.secrets = List.copyOf(settings.webhookSecrets());
    this.json = json;
  }

  /**
   * Verifies and reads.
   *
   * @param signature the header {@code Stripe-Signature}, or null
   * @throws WebhookRejectedException when no secret has signed these bytes within the last 300
   *     seconds, or they hold no event
   */
  public StripeEvent read(byte[] body, String signature) {
    String payload = verified(body, signature);
    return parsed(payload);
  }

  /** An event that was verified before it was stored. */
  public StripeEvent stored(String payload) {
    return parsed(payload);
  }

  private StripeEvent parsed(String payload) {
    try {
      return StripeEvent.read(json.readTree(payload), payload);
    } catch (JsonProcessingException notJson) {
      throw new WebhookRejectedException("The body is not JSON.");
    }
  }

  private String verified(byte[] body, String signature) {
    if (body == null || signature == null) {
      throw new WebhookRejectedException("The signature is missing.");
    }
    String payload;
    try {
      payload = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException notText) {
      throw new WebhookRejectedException("The body is not UTF-8.");
    }
    for (String secret : secrets) {
      if (signedWith(secret, payload, signature)) {
        return payload;
      }
    }
    throw new WebhookRejectedException("The signature does not match.");
  }

  private static boolean signedWith(String secret, String payload, String signature) {
    try {
      return Webhook.Signature.verifyHeader(payload, signature, secret, TOLERANCE_SECONDS);
    } catch (SignatureVerificationException | NumberFormatException notSigned) {
      return false;
    }
  }
}
