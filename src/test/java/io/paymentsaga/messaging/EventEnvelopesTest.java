package io.paymentsaga.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.paymentsaga.payment.Decision;
import io.paymentsaga.payment.Money;
import io.paymentsaga.payment.PaymentEvent;
import io.paymentsaga.payment.PaymentJourney;
import io.paymentsaga.payment.Signal;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class EventEnvelopesTest {
  private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");

  private final ObjectMapper json =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();
  private final EventEnvelopes envelopes = new EventEnvelopes(json, () -> "event_1");
  private final PaymentJourney journey = PaymentJourney.from(START);

  @Test
  void an_event_stands_in_the_published_envelope() throws Exception {
    Decision decision = journey.take(new Signal.SessionOpened("cs_1"));

    EventEnvelopes.Sealed sealed = seal(decision);

    assertThat(sealed.eventId()).isEqualTo("event_1");
    assertThat(sealed.eventType()).isEqualTo("payment.initiated");
    assertThat(sealed.sequence()).isEqualTo(1);
    assertThat(json.readTree(sealed.body()))
        .isEqualTo(
            json.readTree(
                """
                {"eventId":"event_1","eventType":"payment.initiated",
                 "timestamp":"2026-01-01T12:00:00Z","service":"payment-service","version":"1.0.0",
                 "sequence":1,
                 "data":{"paymentId":"payment_1","orderId":"order_1","userId":"user_1",
                   "amount":3000,"currency":"USD",
                   "items":[{"productId":"sku_1","productName":"Mug","quantity":2,
                     "unitAmount":1250}],
                   "customerEmail":"ada@example.com","stripeSessionId":"cs_1"},
                 "metadata":{"correlationId":"correlation_1","causationId":"evt_in",
                   "userId":"user_1","traceId":"4bf92f3577b34da6a3ce929d0e0e4736"}}
                """));
  }

  @Test
  void times_are_rfc_3339_and_what_is_absent_is_left_out() throws Exception {
    Decision decision = journey.take(new Signal.Captured(new Money(3000, "USD"), "pi_1"));

    JsonNode data = json.readTree(seal(decision).body()).path("data");

    assertThat(data.path("completedAt").textValue()).isEqualTo("2026-01-01T12:00:00Z");
    assertThat(data.has("receiptUrl")).isFalse();
  }

  @Test
  void an_event_is_a_span_of_its_own_in_the_trace_of_the_checkout() {
    Decision decision = journey.take(new Signal.SessionOpened("cs_1"));

    String traceparent = seal(decision).traceparent();

    assertThat(traceparent)
        .matches("00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01")
        .doesNotContain("00f067aa0ba902b7")
        .doesNotContain("0000000000000000")
        .isEqualTo(seal(decision).traceparent());
  }

  @Test
  void an_event_that_is_not_what_its_schema_promises_is_not_sealed() {
    assertThatIllegalStateException()
        .isThrownBy(() -> seal(processing(data -> data.remove("amount"))))
        .withMessageContaining("payment.processing")
        .withMessageContaining("/data/amount: required property 'amount' not found");
    assertThatIllegalStateException()
        .isThrownBy(() -> seal(processing(data -> data.put("amount", "3000"))))
        .withMessageContaining("/data/amount: string found, integer expected");
    assertThatIllegalStateException()
        .isThrownBy(() -> seal(processing(data -> data.put("cardNumber", "4242"))))
        .withMessageContaining("/data/cardNumber: property 'cardNumber' is not defined");
  }

  private PaymentEvent processing(Consumer<Map<String, Object>> spoil) {
    PaymentEvent sound = journey.decide(new Signal.ProcessingStarted("pi_1")).events().get(0);
    Map<String, Object> data = new HashMap<>(sound.data());
    spoil.accept(data);
    return new PaymentEvent(sound.type(), sound.sequence(), sound.causationId(), data);
  }

  private EventEnvelopes.Sealed seal(PaymentEvent event) {
    return envelopes.seal(journey.payment(), event);
  }

  private EventEnvelopes.Sealed seal(Decision decision) {
    PaymentEvent event = decision.events().get(0);
    return envelopes.seal(decision.after(), event);
  }
}
