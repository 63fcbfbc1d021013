package io.paymentsaga.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class IncomingEventsTest {
  private final CamelContext context = new DefaultCamelContext();
  private final IncomingEvents events = new IncomingEvents(context, "t.");
  private final RecordHeaders headers = new RecordHeaders();

  @Test
  void a_message_without_an_id_is_known_by_where_and_when_it_stands() {
    IncomingEvent event = events.readOrderEvent(record("{\"orderId\":\"o1\"}"));
    assertThat(event.eventId()).isEqualTo("t.order.created-2-41-1767268800000");
    assertThat(event.eventType()).isEqualTo("order.created");
    assertThat(event.key()).isEqualTo("o1");
    assertThat(event.service()).isNull();
  }

  @Test
  void cloud_events_headers_stand_in_for_the_envelope() {
    headers.add("ce_id", bytes("ce-1")).add("correlationId", bytes("corr-1"));
    headers.add("traceparent", bytes("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
    IncomingEvent event = events.readOrderEvent(record("{\"orderId\":\"o1\"}"));
    assertThat(event.eventId()).isEqualTo("ce-1");
    assertThat(event.correlationId()).isEqualTo("corr-1");
    assertThat(event.traceparent())
        .isEqualTo("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  }

  @Test
  void headers_that_are_unfit_for_a_log_line_are_left_out() {
    headers.add("correlationId", bytes("a\nb")).add("traceparent", bytes("nonsense"));
    IncomingEvent event = events.readOrderEvent(record("{\"orderId\":\"o1\"}"));
    assertThat(event.correlationId()).isNull();
    assertThat(event.traceparent()).isNull();
  }

  @Test
  void what_is_no_event_is_refused() {
    assertRefused("not-json", "hello");
    assertRefused("not-json", "{\"orderId\":\"o1\"} trailing");
    assertRefused("malformed", "[]");
    assertRefused("malformed", "");
    assertRefused("malformed", null);
    assertRefused("malformed", "{\"data\":5}");
    assertRefused("malformed", "{\"orderId\":5}");
    assertRefused("malformed", "{\"orderId\":\"a\\u0000\"}");
    assertRefused("malformed", "{\"eventId\":\"" + "x".repeat(256) + "\",\"orderId\":\"o1\"}");
    assertRefused("missing-order-id", "{\"eventId\":\"e1\",\"data\":{}}");
  }

  @Test
  void a_command_names_an_action_and_what_it_is_about() {
    assertThat(
            events
                .readCommand(record("{\"action\":\"cancel_payment\",\"paymentId\":\"p1\"}"))
                .own())
        .isFalse();
    assertThatExceptionOfType(RefusedMessageException.class)
        .isThrownBy(() -> events.readCommand(record("{\"paymentId\":\"p1\"}")))
        .matches(refused -> refused.reason().equals("missing-action"));
    assertThatExceptionOfType(RefusedMessageException.class)
        .isThrownBy(() -> events.readCommand(record("{\"action\":\"cancel_payment\"}")))
        .matches(refused -> refused.reason().equals("missing-payment"));
    assertThat(events.readCommand(record("{\"service\":\"payment-service\",\"data\":{}}")).own())
        .isTrue();
  }

  private void assertRefused(String reason, String value) {
    assertThatExceptionOfType(RefusedMessageException.class)
        .as(value)
        .isThrownBy(() -> events.readOrderEvent(record(value)))
        .matches(refused -> refused.reason().equals(reason), "reason " + reason);
  }

  private Exchange record(String value) {
    Exchange exchange = new DefaultExchange(context);
    Message message = exchange.getMessage();
    message.setHeader(KafkaConstants.TOPIC, "t.order.created");
    message.setHeader(KafkaConstants.PARTITION, 2);
    message.setHeader(KafkaConstants.OFFSET, 41L);
    message.setHeader(KafkaConstants.TIMESTAMP, 1767268800000L);
    message.setHeader(KafkaConstants.KEY, bytes("o1"));
    message.setHeader(KafkaConstants.HEADERS, headers);
    message.setBody(value == null ? null : bytes(value));
    return exchange;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
