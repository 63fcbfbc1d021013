package io.paymentsaga.stripe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.paymentsaga.sandbox.stripe.WebhookSignature;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class StripeWebhooksTest {
  private static final String NEW_SECRET = "whsec_new";
  private static final String OLD_SECRET = "whsec_old";
  private static final String EVENT =
      """
      {"id":"evt_1","object":"event","type":"checkout.session.completed","api_version":"2019-03-14",
       "data":{"object":{"id":"cs_1","object":"checkout.session","payment_intent":"pi_1",
       "payment_status":"paid","metadata":{"paymentId":"payment_1"}}}}
      """;

  private final StripeWebhooks webhooks =
      new StripeWebhooks(
          new StripeSettings(
              "http://127.0.0.1",
              "sk_test",
              List.of(NEW_SECRET, OLD_SECRET),
              Duration.ofSeconds(1),
              Duration.ofSeconds(1),
              0,
              0),
          new ObjectMapper());

  @Test
  void a_signed_event_is_read_from_its_raw_json_whatever_its_api_version() {
    StripeEvent event = webhooks.read(EVENT.getBytes(UTF_8), signed(EVENT, NEW_SECRET));

    assertThat(event.eventId()).isEqualTo("evt_1");
    assertThat(event.type()).isEqualTo("checkout.session.completed");
    assertThat(event.paymentId()).isEqualTo("payment_1");
    assertThat(event.paymentIntentId()).isEqualTo("pi_1");
    assertThat(event.payload()).isEqualTo(EVENT);
  }

  @Test
  void every_secret_is_accepted_while_they_are_rotated() {
    assertThat(webhooks.read(EVENT.getBytes(UTF_8), signed(EVENT, OLD_SECRET)).eventId())
        .isEqualTo("evt_1");
  }

  @Test
  void a_body_signed_with_another_secret_is_rejected() {
    rejected(EVENT.getBytes(UTF_8), signed(EVENT, "whsec_other"));
  }

  @Test
  void a_body_changed_after_it_was_signed_is_rejected() {
    rejected(EVENT.replace("paid", "free").getBytes(UTF_8), signed(EVENT, NEW_SECRET));
  }

  @Test
  void a_signature_older_than_five_minutes_is_rejected() {
    Instant longAgo = Instant.now().minus(Duration.ofMinutes(6));

    rejected(EVENT.getBytes(UTF_8), WebhookSignature.header(EVENT, NEW_SECRET, longAgo));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "v1=00", "t=never,v1=00", "t=1", "nonsense"})
  void a_missing_or_broken_signature_is_rejected(String signature) {
    rejected(EVENT.getBytes(UTF_8), signature);
  }

  @Test
  void a_missing_body_is_rejected() {
    rejected(null, signed(EVENT, NEW_SECRET));
  }

  @Test
  void a_body_that_is_not_utf_8_is_rejected() {
    rejected(new byte[] {'{', (byte) 0xff, '}'}, signed("{\uFFFD}", NEW_SECRET));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "not json",
        "[]",
        "{}",
        "{\"id\":\"evt_1\",\"type\":\"charge.succeeded\"}",
        "{\"id\":\"evt_1\",\"data\":{\"object\":{}}}",
        "{\"type\":\"charge.succeeded\",\"data\":{\"object\":{}}}"
      })
  void a_signed_body_that_is_no_event_is_rejected(String body) {
    rejected(body.getBytes(UTF_8), signed(body, NEW_SECRET));
  }

  private void rejected(byte[] body, String signature) {
    assertThatThrownBy(() -> webhooks.read(body, signature))
        .isInstanceOf(WebhookRejectedException.class);
  }

  private static String signed(String body, String secret) {
    return WebhookSignature.header(body, secret, Instant.now());
  }
}
