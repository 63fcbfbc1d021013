package io.paymentsaga.flow;

import static io.paymentsaga.flow.PaymentService.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.paymentsaga.sandbox.SandboxBroker;
import io.paymentsaga.sandbox.SandboxEnvironment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.utils.SecurityUtils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A broker that lets nobody in without a password, and allows what the operator's guide lists. */
class GuardedKafkaIT {
  @RegisterExtension static final SandboxEnvironment sandbox = new SandboxEnvironment();
  private static final Path GUIDE = Path.of("src/docs/operators-guide.md");
  private static final Pattern PERMISSIONS =
      Pattern.compile("(?m)^\\| `(Topic|Group)` \\| (.+) \\| (.+) \\|$");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  private static SandboxBroker broker;

  /** How long the log was when the test before had ended. */
  private static int logged;

  private PaymentService service;

  @BeforeAll
  static void startBroker() {
    broker = SandboxBroker.startGuarded(sandbox.directory().resolve("broker"));
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @AfterEach
  void stopService() {
    service.close();
    logged = service.log().length();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SASL_PLAINTEXT", "SASL_SSL"})
  void the_listed_permissions_are_all_the_service_needs(String protocol) throws Exception {
    String prefix = protocol + ".";
    grant(prefix);
    startService(prefix, broker.guarded().serviceEnvironment(protocol));

    Payment payment = service.checkout().paid();
    payment.awaitEvents("payment.initiated", "payment.completed");
    service
        .topics()
        .publish(
            "order.cancelled",
            payment.orderId(),
            Json.of(Map.of("orderId", payment.orderId())).toString());
    payment.awaitStatus("REFUNDED");
    service.topics().publish("saga.payment.compensate", payment.orderId(), "not JSON");
    eventually().until(() -> service.topics().deadLetters(payment.orderId()).size() == 1);

    assertThat(health().path("status").asText()).isEqualTo("healthy");
    assertThat(log())
        .doesNotContain("Authorization", "authorized", "does not let this service see")
        .doesNotContain(broker.guarded().password());
  }

  @Test
  void without_leave_to_write_dead_letters_they_stand_in_the_table_and_hold_up_nothing()
      throws Exception {
    String prefix = "unwritable.";
    grant(prefix);
    forbid(prefix + "payment-service.dead-letter", AclOperation.WRITE);
    startService(prefix, broker.guarded().serviceEnvironment("SASL_PLAINTEXT"));
    Payment payment = service.checkout();

    service.topics().publish("order.cancelled", payment.orderId(), "not JSON");
    service
        .topics()
        .publish(
            "order.cancelled",
            payment.orderId(),
            Json.of(Map.of("orderId", payment.orderId())).toString());

    payment.awaitStatus("CANCELLED");
    assertThat(
            service
                .api()
                .get("/api/v1/dead-letters?topic=" + prefix + "order.cancelled")
                .expect(200)
                .json()
                .path("items"))
        .hasSize(1);
    assertThat(log()).contains("stands in the table only");
    assertThat(metrics()).contains("dead_letters_unsent_total 1.0");
  }

  @Test
  void a_topic_that_is_missing_or_hidden_is_reported_and_holds_up_no_event_of_another()
      throws Exception {
    String prefix = "partly.";
    grant(prefix);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin
          .createTopics(List.of(new NewTopic(prefix + "payment.refunded", 3, (short) 1)))
          .all()
          .get();
    }
    forbid(prefix + "payment.disputed", AclOperation.CREATE);
    forbid(prefix + "payment.refunded", AclOperation.DESCRIBE);
    startService(prefix, broker.guarded().serviceEnvironment("SASL_PLAINTEXT"));

    service.checkout().paid().awaitEvents("payment.initiated", "payment.completed");

    eventually()
        .untilAsserted(
            () ->
                assertThat(metrics())
                    .contains("kafka_topic_drift{topic=\"payment.disputed\"} 1.0")
                    .contains("kafka_topic_drift{topic=\"payment.refunded\"} 1.0")
                    .contains("kafka_topic_drift{topic=\"payment.completed\"} 0.0"));
    eventually()
        .untilAsserted(
            () ->
                assertThat(log())
                    .contains(
                        "Kafka topic partly.payment.disputed is missing or hidden",
                        "Kafka topic partly.payment.refunded is missing or hidden"));
  }

  @Test
  void a_password_that_is_refused_stops_no_payment_and_stands_in_no_log() {
    Map<String, String> environment =
        new HashMap<>(broker.guarded().serviceEnvironment("SASL_PLAINTEXT"));
    environment.computeIfPresent(
        "KAFKA_SASL_JAAS_CONFIG",
        (key, login) -> login.replace(broker.guarded().password(), "an-old-password"));
    startService("refused.", environment);

    service.checkout().paid();

    eventually().until(() -> health().at("/outbox/pending").asInt() > 0);
    assertThat(health().path("status").asText()).isEqualTo("degraded");
    assertThat(log()).doesNotContain("an-old-password");
  }

  private void startService(String prefix, Map<String, String> kafka) {
    Map<String, String> settings = new HashMap<>(kafka);
    settings.put("KAFKA_TOPIC_PREFIX", prefix);
    service = PaymentService.start(sandbox, broker.bootstrapServers(), settings);
  }

  private String log() {
    return service.log().substring(logged);
  }

  private JsonNode health() {
    return service.api("").get("/health").expect(200).json();
  }

  private String metrics() {
    return service.api("").get("/metrics").expect(200).response().body();
  }

  private static void forbid(String topic, AclOperation operation) throws Exception {
    AclBinding denial =
        new AclBinding(
            new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
            new AccessControlEntry(
                broker.guarded().principal(), "*", operation, AclPermissionType.DENY));
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin.createAcls(List.of(denial)).all().get();
    }
  }

  private static void grant(String prefix) throws Exception {
    List<AclBinding> permissions =
        PERMISSIONS
            .matcher(Files.readString(GUIDE))
            .results()
            .flatMap(row -> permissions(row, prefix))
            .toList();
    assertThat(permissions).hasSizeGreaterThan(11);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin.createAcls(permissions).all().get();
    }
  }

  private static Stream<AclBinding> permissions(MatchResult row, String prefix) {
    ResourceType type = SecurityUtils.resourceType(row.group(1));
    return words(row.group(2))
        .map(name -> new ResourcePattern(type, prefix + name, PatternType.LITERAL))
        .flatMap(
            resource ->
                words(row.group(3))
                    .map(SecurityUtils::operation)
                    .map(operation -> new AclBinding(resource, allowed(operation))));
  }

  private static AccessControlEntry allowed(AclOperation operation) {
    return new AccessControlEntry(
        broker.guarded().principal(), "*", operation, AclPermissionType.ALLOW);
  }

  private static Stream<String> words(String cell) {
    return CODE.matcher(cell).results().map(word -> word.group(1));
  }
}
