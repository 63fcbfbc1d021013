package io.paymentsaga.flow;

import static io.paymentsaga.flow.PaymentService.eventually;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.paymentsaga.messaging.CompiledSchemas;
import io.paymentsaga.sandbox.SandboxEnvironment;
import io.paymentsaga.sandbox.stripe.TestCard;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The served AsyncAPI document, held against all that one run of the service has published. */
class ContractIT {
  private static final String COMMANDS = "saga.payment.compensate";
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CALLERS_SPAN = "00f067aa0ba902b7";

  @RegisterExtension static final SandboxEnvironment sandbox = new SandboxEnvironment();
  private static PaymentService service;
  private static JsonNode document;
  private static Payment traced;
  private static Payment commanded;
  private static List<Event> published;

  @BeforeAll
  static void run() throws JsonProcessingException {
    service = PaymentService.start(sandbox);
    Answer answer = service.api("").get("/asyncapi.yaml").expect(200);
    assertThat(answer.header("Content-Type")).hasValue("application/yaml");
    document = new YAMLMapper().readTree(answer.response().body());

    traced = service.checkout(Order.some(), "00-" + TRACE + "-" + CALLERS_SPAN + "-01");
    payRefundAndReverse(traced);
    declineAndCancel();
    debitFromABank();
    disputeByABank();
    commanded = service.checkout().paid();
    undoByCommands(commanded);
    published = service.topics().published();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static void payRefundAndReverse(Payment payment) {
    payment.paid();
    payment.refund("{\"amount\":1000,\"reason\":\"duplicate\"}").expect(202);
    payment.awaitStatus("PARTIALLY_REFUNDED");
    service.stripe().failRefund(service.refundsAtStripe(payment).get(0).getString("id"));
    payment.awaitStatus("COMPLETED");
    payment.awaitEvents(
        "payment.initiated", "payment.completed", "payment.refunded", "payment.refunded");
  }

  private static void declineAndCancel() {
    Payment declined = service.checkout();
    Payment cancelled = service.checkout();
    declined.pay(TestCard.DECLINED);
    cancelled.cancel().expect(202);
    declined.awaitEvents(
        "payment.initiated", COMMANDS, "payment.failed", "saga.payment.rollback.complete");
    cancelled.awaitEvents(
        "payment.initiated", COMMANDS, "payment.cancelled", "saga.payment.rollback.complete");
  }

  private static void debitFromABank() {
    Payment payment = service.checkout();
    service.stripe().payByBankDebit(payment.sessionId());
    payment.awaitStatus("PROCESSING");
    service.stripe().settle(payment.paymentIntentId(), true);
    payment.awaitEvents("payment.initiated", "payment.processing", "payment.completed");
  }

  private static void disputeByABank() {
    Payment payment = service.checkout().paid();
    service.stripe().dispute(payment.paymentIntentId());
    payment.awaitEvents("payment.initiated", "payment.completed", "payment.disputed");
  }

  private static void undoByCommands(Payment payment) {
    command(
        payment, Map.of("action", "refund_payment", "paymentId", payment.id(), "amount", "all"));
    command(payment, Map.of("action", "refund_payment", "paymentId", payment.id(), "amount", 700));
    payment.awaitEvents(
        "payment.initiated",
        "payment.completed",
        "saga.payment.rollback.complete",
        "payment.refunded",
        "saga.payment.rollback.complete");
  }

  private static void command(Payment payment, Map<String, ?> data) {
    JsonNode command =
        Json.of(Map.of("eventId", UUID.randomUUID(), "service", "inventory", "data", data));
    service.topics().publish(COMMANDS, payment.orderId(), command.toString());
  }

  @Test
  void every_topic_of_the_service_is_a_channel_and_every_channel_a_topic() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", sandbox.bootstrapServers()))) {
      assertThat(document.path("channels"))
          .extracting(channel -> channel.path("address").asText())
          .containsExactlyInAnyOrderElementsOf(
              admin.listTopics().names().get().stream()
                  .filter(topic -> topic.startsWith(sandbox.topicPrefix()))
                  .toList());
    }
  }

  @Test
  void every_type_was_published_and_is_what_the_document_promises() {
    assertThat(published)
        .extracting(event -> event.record().topic())
        .containsAll(
            StreamSupport.stream(document.path("operations").spliterator(), false)
                .filter(operation -> operation.path("action").asText().equals("send"))
                .map(operation -> at(operation.path("channel")).path("address").asText())
                .filter(topic -> !topic.endsWith(".dead-letter"))
                .toList());
    assertThat(published)
        .allSatisfy(
            event -> {
              JsonNode message = message(event);
              assertThat(CompiledSchemas.of(message.path("payload")).validate(event.value()))
                  .isEmpty();
              assertThat(CompiledSchemas.of(at(message.path("headers"))).validate(headers(event)))
                  .isEmpty();
            });
  }

  /** The message of this name in the channel of the event's topic. */
  private static JsonNode message(Event event) {
    return StreamSupport.stream(document.path("channels").spliterator(), false)
        .filter(channel -> channel.path("address").asText().equals(event.record().topic()))
        .flatMap(channel -> StreamSupport.stream(channel.path("messages").spliterator(), false))
        .map(ContractIT::at)
        .filter(message -> message.path("name").asText().equals(event.type()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void headers_are_cloud_events_attributes() {
    assertThat(published)
        .allSatisfy(
            event -> {
              assertThat(event.record().topic()).isEqualTo(sandbox.topicPrefix() + event.type());
              assertThat(event.key()).isEqualTo(event.data().path("orderId").asText());
              assertThat(event.header("ce_id")).isEqualTo(event.id());
              assertThat(event.header("ce_type")).isEqualTo(event.type());
              assertThat(event.header("ce_source")).isEqualTo("/payment-service");
              assertThat(event.header("ce_specversion")).isEqualTo("1.0");
              assertThat(Instant.parse(event.header("ce_time")))
                  .isEqualTo(Instant.parse(event.value().path("timestamp").asText()));
              assertThat(event.header("ce_subject"))
                  .isEqualTo(event.data().path("paymentId").asText());
              assertThat(event.header("content-type")).isEqualTo("application/json");
              assertThat(event.header("correlationId"))
                  .isEqualTo(event.metadata().path("correlationId").asText());
            });
  }

  @Test
  void events_are_spans_of_the_trace_that_the_checkout_came_with() {
    List<Event> events = traced.events();

    assertThat(events)
        .extracting(event -> event.header("traceparent"))
        .allMatch(header -> header.matches("00-" + TRACE + "-(?!0{16})[0-9a-f]{16}-01"))
        .noneMatch(header -> header.contains(CALLERS_SPAN))
        .doesNotHaveDuplicates();
    assertThat(events).allMatch(event -> event.metadata().path("traceId").asText().equals(TRACE));
  }

  @Test
  void every_payments_sequence_is_one_to_n_over_all_topics() {
    Map<String, List<Event>> payments =
        published.stream().collect(groupingBy(event -> event.data().path("paymentId").asText()));

    assertThat(payments).hasSize(6);
    assertThat(payments.values())
        .allSatisfy(
            events ->
                assertThat(events.stream().map(Event::sequence).distinct().sorted())
                    .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, events.size()).boxed().toList()));
  }

  @Test
  void a_command_that_breaks_its_schema_is_put_aside_and_answered() {
    eventually()
        .untilAsserted(
            () -> assertThat(service.topics().deadLetters(commanded.orderId())).hasSize(1));
    ConsumerRecord<String, byte[]> letter =
        service.topics().deadLetters(commanded.orderId()).get(0);

    assertThat(Event.header(letter, "dlt-reason")).isEqualTo("schema-violation");
    assertThat(Event.header(letter, "dlt-error")).startsWith("/data/amount: ");
    assertThat(Event.header(letter, "dlt-attempts")).isEqualTo("1");
    assertThat(commanded.events())
        .filteredOn(event -> event.type().equals("saga.payment.rollback.complete"))
        .extracting(event -> event.data().path("outcome").asText())
        .containsExactly("refused", "refunded");
  }

  private static JsonNode at(JsonNode reference) {
    return document.at(reference.path("$ref").asText().substring(1));
  }

  private static JsonNode headers(Event event) {
    Map<String, String> headers = new HashMap<>();
    event.record().headers().forEach(h -> headers.put(h.key(), event.header(h.key())));
    return Json.of(headers);
  }
}
