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
  private static final String ORDERS = "t.order.created";
  private static final String COMMANDS = "t.saga.payment.compensate";

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
  void what_is_no_json_is_refused() {
    assertRefused("not-json", ORDERS, "hello", "the value is not JSON");
    assertRefused("not-json", ORDERS, "{\"orderId\":\"o1\"} trailing", "the value is not JSON");
    assertRefused("not-json", ORDERS, "", "the value is empty");
    assertRefused("not-json", ORDERS, null, "the value is empty");
  }

  @Test
  void what_breaks_its_schema_is_refused_with_the_pointers_of_its_fields() {
    assertViolation(ORDERS, "[]", "the whole: array found, object expected");
    assertViolation(ORDERS, "{}", "/orderId: required property 'orderId' not found");
    assertViolation(ORDERS, "{\"data\":{}}", "/data/orderId: required property");
    assertViolation(ORDERS, "{\"data\":5}", "/data: integer found, object expected");
    assertViolation(ORDERS, "{\"orderId\":5}", "/orderId: integer found, string expected");
    assertViolation(ORDERS, "{\"orderId\":null}", "/orderId: null found, string expected");
    assertViolation(ORDERS, "{\"orderId\":\"  \"}", "/orderId: does not match");
    assertViolation(ORDERS, "{\"orderId\":\"a\\u0000\"}", "/orderId: does not match");
    assertViolation(ORDERS, "{\"orderId\":\"a\\n\"}", "/orderId: does not match");
    assertViolation(
        ORDERS,
        "{\"eventId\":\""
            + "x".repeat(256)
            + "\",\"orderId\":\"o1\",\"data\":{\"orderId\":\"o1\"}}",
        "/eventId: must be at most 255 characters long");
    assertViolation(
        "t.order.cancelled", "{\"orderId\":\"o1\",\"reason\":[]}", "/reason: array found");
    assertViolation("t.of.somebody.else", "{}", "/orderId: required property 'orderId' not found");
  }

  @Test
  void a_command_that_breaks_its_schema_is_refused_when_it_is_known_whose_it_is() {
    String command =
        "{\"eventId\":\"e1\",\"data\":{\"action\":\"refund_payment\",\"paymentId\":\"p1\",\"amount\":\"all\"}}";
    Exchange exchange = record(COMMANDS, command);

    IncomingEvent event = events.readCommand(exchange);

    assertThat(event.eventId()).isEqualTo("e1");
    assertThatExceptionOfType(RefusedMessageException.class)
        .isThrownBy(() -> events.checkSchema(exchange))
        .withMessage("/data/amount: string found, [integer, null] expected");
  }

  @Test
  void a_command_names_an_action_and_what_it_is_about() {
    assertViolation(COMMANDS, "{\"paymentId\":\"p1\"}", "/action: required property");
    assertViolation(COMMANDS, "{\"action\":\"cancel_payment\"}", "/paymentId: required property");
    assertViolation(
        COMMANDS, "{\"action\":\"cancel_payment\",\"orderId\":null}", "/orderId: null found");
    assertThat(events.readCommand(record(COMMANDS, "{\"service\":\"payment-service\"}")).own())
        .isTrue();
  }

  @Test
  void an_error_says_nothing_of_what_stood_in_the_message() {
    Exchange exchange =
        record(
            "t.order.cancelled",
            "{\"orderId\":\"ada@example.com\\n\",\"reason\":{\"a\":\"secret\"}}");
    events.readOrderEvent(exchange);
    assertThatExceptionOfType(RefusedMessageException.class)
        .isThrownBy(() -> events.checkSchema(exchange))
        .satisfies(
            refused ->
                assertThat(refused.getMessage()).doesNotContain("ada").doesNotContain("secret"));
  }

  @Test
  void fields_nobody_here_knows_are_let_through() {
    assertTaken(ORDERS, "{\"orderId\":\"o1\",\"giftWrap\":true}");
    assertTaken(
        ORDERS, "{\"brand\":1,\"data\":{\"orderId\":\"o1\",\"x\":{}},\"metadata\":{\"y\":2}}");
    assertTaken(
        COMMANDS, "{\"action\":\"melt\",\"orderId\":\"o1\",\"amount\":null,\"how\":\"slowly\"}");
  }

  private void assertTaken(String topic, String value) {
    Exchange exchange = record(topic, value);
    events.readOrderEvent(exchange);
    assertThat(IncomingRecord.of(exchange).faults()).isEmpty();
  }

  private void assertViolation(String topic, String value, String error) {
    assertRefused("schema-violation", topic, value, error);
  }

  private void assertRefused(String reason, String topic, String value, String error) {
    Exchange exchange = record(topic, value);
    assertThatExceptionOfType(RefusedMessageException.class)
        .as(value)
        .isThrownBy(
            () -> {
              events.readOrderEvent(exchange);
              events.checkSchema(exchange);
            })
        .withMessageContaining(error)
        .matches(refused -> refused.reason().equals(reason), "reason " + reason);
  }

  private Exchange record(String value) {
    return record(ORDERS, value);
  }

  private Exchange record(String topic, String value) {
    Exchange exchange = new DefaultExchange(context);
    Message message = exchange.getMessage();
    message.setHeader(KafkaConstants.TOPIC, topic);
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
