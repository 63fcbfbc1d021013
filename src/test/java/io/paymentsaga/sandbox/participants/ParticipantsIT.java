package io.paymentsaga.sandbox.participants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.paymentsaga.sandbox.SandboxEnvironment;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The participants on a real database and a real broker, told by events as the payment service
 * sends them.
 */
@TestInstance(Lifecycle.PER_CLASS)
class ParticipantsIT {
  @RegisterExtension static final SandboxEnvironment sandbox = new SandboxEnvironment();

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private Participants participants;
  private KafkaProducer<String, String> paymentService;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    participants =
        Participants.start(
            new ParticipantsSettings(
                sandbox.bootstrapServers(),
                sandbox.topicPrefix(),
                sandbox.database().url(),
                sandbox.database().user(),
                sandbox.database().password(),
                "127.0.0.1",
                0,
                directory.resolve("mails")));
    // The topics come after their readers, as they do when the payment service starts last.
    createTopics(
        List.of(
            "payment.initiated",
            "payment.completed",
            "payment.failed",
            "payment.cancelled",
            "payment.refunded",
            "saga.payment.compensate",
            "order.created",
            "order.cancelled"));
    paymentService =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", sandbox.bootstrapServers()),
            new StringSerializer(),
            new StringSerializer());
  }

  private static void createTopics(List<String> names) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", sandbox.bootstrapServers()))) {
      admin
          .createTopics(
              names.stream()
                  .map(name -> new NewTopic(sandbox.topicPrefix() + name, 3, (short) 1))
                  .toList())
          .all()
          .get();
    }
  }

  @AfterAll
  void stop() throws Exception {
    paymentService.close();
    participants.close();
  }

  @Test
  void an_initiated_payment_puts_its_order_in_process_and_reserves_its_stock() {
    Shop shop = new Shop();
    shop.tell("payment.initiated", 1);

    shop.awaitOrder("PROCESSING");
    shop.awaitReservation("RESERVED");
    shop.awaitStock(1000, 2);
  }

  @Test
  void a_completed_payment_confirms_the_order_deducts_the_stock_and_is_confirmed_by_mail()
      throws Exception {
    Shop shop = new Shop();
    shop.tell("payment.initiated", 1);
    shop.tell("payment.completed", 2);

    shop.awaitOrder("CONFIRMED");
    shop.awaitReservation("DEDUCTED");
    shop.awaitStock(998, 0);
    String mail = shop.awaitMail("confirmation");
    assertThat(mail)
        .contains("To: ada@example.com\r\n", "Subject: Your payment is confirmed\r\n", "USD 25.00");
  }

  @Test
  void events_that_overtake_each_other_lead_to_the_same_end() throws Exception {
    Shop shop = new Shop();
    shop.tell("payment.completed", 2);
    shop.awaitOrder("CONFIRMED");
    shop.tell("payment.initiated", 1);

    shop.awaitStock(998, 0);
    shop.awaitMail("confirmation");
    shop.awaitOrder("CONFIRMED");
  }

  @Test
  void a_failed_payment_told_twice_releases_its_stock_and_cancels_its_order_once() {
    Shop shop = new Shop();
    shop.tell("payment.initiated", 1);
    shop.tell("saga.payment.compensate", 2);
    shop.awaitReservation("RELEASED");
    ObjectNode failed = shop.event("payment.failed", 3);
    shop.send(failed);
    shop.send(failed);
    shop.awaitOrder("CANCELLED");
    shop.awaitMail("failure");
    shop.tell("payment.cancelled", 4);
    shop.awaitHeard("payment.failed");
    shop.awaitHeard("payment.cancelled");

    shop.awaitStock(1000, 0);
    JsonNode told = onlyEventOf("order.cancelled", shop.orderId);
    assertThat(told.at("/metadata/causationId").asText()).isEqualTo(failed.get("eventId").asText());
    assertThat(told.at("/metadata/correlationId").asText()).isEqualTo("corr-" + shop.orderId);
    assertThat(told.at("/data/cancelledBy").asText()).isEqualTo("order-service");
    assertThat(told.at("/data/reason").asText()).isEqualTo("card declined");
  }

  @Test
  void a_full_refund_is_followed_and_its_reversal_too() {
    Shop shop = new Shop();
    shop.tell("payment.initiated", 1);
    shop.tell("payment.completed", 2);
    shop.awaitOrder("CONFIRMED");
    shop.refund(3, "succeeded", 2500);

    shop.awaitOrder("REFUNDED");
    shop.awaitReservation("RESTOCKED");
    shop.awaitMail("refund");

    shop.refund(4, "failed", 0);
    shop.awaitOrder("CONFIRMED");
    shop.awaitReservation("DEDUCTED");
  }

  @Test
  void another_services_command_releases_nothing() {
    Shop shop = new Shop();
    shop.tell("payment.initiated", 1);
    shop.awaitReservation("RESERVED");
    ObjectNode command = shop.event("saga.payment.compensate", 9);
    shop.send(command.put("service", "fraud-service"));
    shop.awaitHeard("saga.payment.compensate");

    shop.awaitReservation("RESERVED");
  }

  @Test
  void a_bad_message_is_skipped() throws Exception {
    paymentService
        .send(
            new ProducerRecord<>(
                sandbox.topicPrefix() + "payment.initiated", "bad", "{\"not\": json"))
        .get();
    Shop shop = new Shop();
    shop.tell("payment.initiated", 1);

    shop.awaitOrder("PROCESSING");
    shop.awaitReservation("RESERVED");
  }

  @Test
  void a_placed_order_is_stored_and_announced() {
    String order =
        """
        {"orderId":"%s","userId":"usr_7","currency":"usd",
         "items":[{"productId":"sku-1","productName":"Mug","quantity":2,"unitAmount":1250}]}
        """
            .formatted(new Shop().orderId);
    HttpResponse<String> placed = post("/orders", order);

    assertThat(placed.statusCode()).isEqualTo(201);
    assertThat(placed.headers().firstValue("Content-Type")).hasValue("application/json");
    JsonNode document = read(placed.body());
    assertThat(document.get("status").asText()).isEqualTo("CREATED");
    JsonNode told = onlyEventOf("order.created", document.get("orderId").asText());
    assertThat(told.at("/service").asText()).isEqualTo("order-service");
    assertThat(told.at("/data/totalAmount").asLong()).isEqualTo(2500);
    assertThat(told.at("/data/currency").asText()).isEqualTo("USD");
    assertThat(post("/orders", order).statusCode()).isEqualTo(409);
  }

  @Test
  void an_order_cancelled_twice_is_announced_once() {
    String orderId = placeOrder();
    post("/orders/" + orderId + "/cancel", "{\"reason\":\"changed my mind\"}");
    HttpResponse<String> again = post("/orders/" + orderId + "/cancel", "");

    assertThat(read(again.body()).get("status").asText()).isEqualTo("CANCELLED");
    JsonNode told = onlyEventOf("order.cancelled", orderId);
    assertThat(told.at("/data/reason").asText()).isEqualTo("changed my mind");
  }

  @Test
  void what_is_unknown_or_wrong_is_a_problem() {
    assertThat(get("/orders/none").statusCode()).isEqualTo(404);
    assertThat(get("/products/none").statusCode()).isEqualTo(404);
    assertThat(get("/reservations/none").statusCode()).isEqualTo(404);
    assertThat(get("/mails/..%2Fmails").statusCode()).isEqualTo(404);
    assertThat(post("/orders/none/cancel", "").statusCode()).isEqualTo(404);
    HttpResponse<String> refused = post("/orders", "{\"currency\":\"USD\",\"items\":[]}");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(post("/orders", "no json").statusCode()).isEqualTo(400);
  }

  @Test
  void lists_hold_what_there_is() {
    Shop shop = new Shop();
    shop.tell("payment.initiated", 1);
    shop.awaitOrder("PROCESSING");

    assertThat(get("/orders").body()).contains(shop.orderId);
    assertThat(get("/products").body()).contains("sku-1", "sku-2", "sku-3");
    assertThat(read(get("/mails").body()).get("items").isArray()).isTrue();
  }

  /** One order, its payment and its own product. */
  private final class Shop {
    private final String id = UUID.randomUUID().toString();
    private final String orderId = "ord_" + id;
    private final String productId = "sku-" + id;
    private final String key;

    Shop() {
      this.key = orderId;
    }

    /** One whose events come behind another's. */
    private Shop(Shop ahead) {
      this.key = ahead.key;
    }

    ObjectNode event(String type, int sequence) {
      ObjectNode event =
          JSON.createObjectNode()
              .put("eventId", UUID.randomUUID().toString())
              .put("eventType", type)
              .put("timestamp", "2026-01-01T12:00:00Z")
              .put("service", "payment-service")
              .put("version", "1.0.0")
              .put("sequence", sequence);
      event
          .putObject("data")
          .put("paymentId", "pay_" + id)
          .put("orderId", orderId)
          .put("userId", "usr_7")
          .put("amount", 2500)
          .put("currency", "USD");
      if (type.equals("payment.initiated")) {
        data(event).put("customerEmail", "ada@example.com");
        data(event)
            .putArray("items")
            .addObject()
            .put("productId", productId)
            .put("productName", "Mug")
            .put("quantity", 2)
            .put("unitAmount", 1250);
      }
      if (type.equals("payment.failed")) {
        data(event).put("failureReason", "card declined");
      }
      event.putObject("metadata").put("correlationId", "corr-" + orderId);
      return event;
    }

    void tell(String type, int sequence) {
      send(event(type, sequence));
    }

    void refund(int sequence, String status, int refundedTotal) {
      ObjectNode event = event("payment.refunded", sequence);
      data(event)
          .put("refundId", "re_1")
          .put("refundAmount", 2500)
          .put("refundedTotal", refundedTotal)
          .put("refundStatus", status);
      send(event);
    }

    void send(ObjectNode event) {
      String topic = sandbox.topicPrefix() + event.get("eventType").asText();
      try {
        paymentService.send(new ProducerRecord<>(topic, key, event.toString())).get();
      } catch (InterruptedException | ExecutionException failure) {
        throw new AssertionError(failure);
      }
    }

    void awaitOrder(String status) {
      awaitStatus("/orders/" + orderId, status);
    }

    void awaitReservation(String status) {
      awaitStatus("/reservations/" + orderId, status);
    }

    /** Waits until every event of a releasing type sent for this order so far is dealt with. */
    void awaitHeard(String type) {
      Shop behind = new Shop(this);
      behind.tell(type, 2);
      behind.awaitReservation("RELEASED");
      if (!type.equals("saga.payment.compensate")) {
        behind.awaitOrder("CANCELLED");
      }
    }

    void awaitStock(int stock, int reserved) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                JsonNode product = read(get("/products/" + productId).body());
                assertThat(product.path("stock").asInt()).isEqualTo(stock);
                assertThat(product.path("reserved").asInt()).isEqualTo(reserved);
                assertThat(product.path("available").asInt()).isEqualTo(stock - reserved);
              });
    }

    String awaitMail(String kind) {
      return await().atMost(PATIENCE).until(() -> mail(kind), mail -> !mail.isEmpty());
    }

    private String mail(String kind) {
      for (JsonNode mail : read(get("/mails").body()).get("items")) {
        if (mail.get("orderId").asText().equals(orderId)
            && mail.get("kind").asText().equals(kind)) {
          return get("/mails/" + mail.get("name").asText()).body();
        }
      }
      return "";
    }

    private void awaitStatus(String path, String status) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(read(get(path).body()).path("status").asText()).isEqualTo(status));
    }
  }

  private static ObjectNode data(ObjectNode event) {
    return (ObjectNode) event.get("data");
  }

  /** The one event of a type about an order, among all that was in the outbox at the call. */
  private JsonNode onlyEventOf(String type, String orderId) {
    String lastOrderId = placeOrder();
    post("/orders/" + lastOrderId + "/cancel", "");
    List<ConsumerRecord<String, String>> messages =
        await()
            .atMost(PATIENCE)
            .until(
                () -> messagesOf(sandbox.topicPrefix() + type),
                all -> all.stream().anyMatch(message -> message.key().equals(lastOrderId)));
    List<ConsumerRecord<String, String>> found =
        messages.stream().filter(message -> message.key().equals(orderId)).toList();
    assertThat(found).hasSize(1);
    JsonNode event = read(found.get(0).value());
    assertThat(header(found.get(0), "ce_id")).isEqualTo(event.get("eventId").asText());
    assertThat(header(found.get(0), "ce_type")).isEqualTo(type);
    assertThat(header(found.get(0), "ce_source")).isEqualTo("/order-service");
    assertThat(header(found.get(0), "ce_specversion")).isEqualTo("1.0");
    assertThat(header(found.get(0), "ce_time")).isEqualTo(event.get("timestamp").asText());
    assertThat(header(found.get(0), "ce_subject")).isEqualTo(orderId);
    assertThat(header(found.get(0), "content-type")).isEqualTo("application/json");
    assertThat(header(found.get(0), "correlationId"))
        .isEqualTo(event.at("/metadata/correlationId").asText());
    return event;
  }

  private static String header(ConsumerRecord<String, String> message, String name) {
    return new String(message.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  private List<ConsumerRecord<String, String>> messagesOf(String topic) {
    List<ConsumerRecord<String, String>> messages = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", sandbox.bootstrapServers()),
            new StringDeserializer(),
            new StringDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(partition -> new TopicPartition(topic, partition.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long end = consumer.endOffsets(partitions).values().stream().mapToLong(Long::longValue).sum();
      while (messages.size() < end) {
        consumer.poll(Duration.ofSeconds(1)).forEach(messages::add);
      }
    }
    return messages;
  }

  private String placeOrder() {
    String order =
        """
        {"userId":"usr_7","currency":"USD","items":[{"productId":"sku-1","quantity":1,"unitAmount":5}]}
        """;
    return read(post("/orders", order).body()).get("orderId").asText();
  }

  private HttpResponse<String> get(String path) {
    return exchange(HttpRequest.newBuilder(at(path)).build());
  }

  private HttpResponse<String> post(String path, String body) {
    return exchange(
        HttpRequest.newBuilder(at(path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build());
  }

  private URI at(String path) {
    return URI.create(participants.http() + path);
  }

  private HttpResponse<String> exchange(HttpRequest request) {
    try {
      return client.send(request, BodyHandlers.ofString());
    } catch (IOException | InterruptedException failure) {
      throw new AssertionError(failure);
    }
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException failure) {
      throw new AssertionError("Not JSON: " + json, failure);
    }
  }
}
