package io.paymentsaga.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.paymentsaga.payment.EventType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AsyncApiTest {
  private static final JsonNode DOCUMENT = read(new AsyncApi("shop.").document());

  static Stream<JsonNode> messages() {
    return StreamSupport.stream(DOCUMENT.at("/components/messages").spliterator(), false);
  }

  @Test
  void the_document_is_asyncapi_3() throws IOException {
    JsonNode specification =
        new JsonMapper().readTree(AsyncApiTest.class.getResource("/asyncapi/asyncapi-3.0.0.json"));
    Schema schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(specification);

    assertThat(schema.validate(DOCUMENT)).isEmpty();
    JsonNode broken = DOCUMENT.deepCopy();
    broken.withObject("/channels/paymentFailed").put("adress", "payment.failed");
    assertThat(schema.validate(broken)).isNotEmpty();
  }

  @Test
  void every_topic_is_a_channel_and_every_channel_a_topic() {
    assertThat(DOCUMENT.path("channels"))
        .extracting(channel -> channel.path("address").textValue())
        .containsExactlyInAnyOrderElementsOf(
            EventCatalogue.topics().stream().map(topic -> "shop." + topic).toList());
  }

  @Test
  void every_published_event_is_sent_and_every_message_read_is_received() {
    assertThat(messagesOf("send"))
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(
                    Arrays.stream(EventType.values()).map(EventType::published),
                    Stream.of(KafkaTopics.DEAD_LETTERS))
                .toList());
    assertThat(messagesOf("receive"))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(IncomingType.values())
                .flatMap(type -> Stream.of(type.topic(), type.topic()))
                .toList());
  }

  private static List<String> messagesOf(String action) {
    List<String> names = new ArrayList<>();
    for (JsonNode operation : DOCUMENT.path("operations")) {
      if (operation.path("action").asText().equals(action)) {
        for (JsonNode message : operation.path("messages")) {
          JsonNode ofChannel = referred(message);
          names.add(referred(ofChannel).path("name").asText());
        }
      }
    }
    return names;
  }

  @Test
  void schemas_stand_in_the_document_itself() {
    assertThat(DOCUMENT.findValuesAsText("$ref"))
        .isNotEmpty()
        .allMatch(ref -> ref.startsWith("#/"));
    for (EventType type : EventType.values()) {
      assertThat(messages())
          .filteredOn(
              message -> message.path("payload").path("title").asText().equals(type.published()))
          .singleElement()
          .extracting(message -> message.path("payload"))
          .isEqualTo(new SchemaFiles(EventCatalogue.SCHEMAS).read(EventCatalogue.file(type)));
    }
  }

  @ParameterizedTest
  @MethodSource("messages")
  void every_example_is_what_its_schemas_promise(JsonNode message) {
    assertThat(message.path("examples")).isNotEmpty();
    for (JsonNode example : message.path("examples")) {
      assertThat(CompiledSchemas.of(message.path("payload")).validate(example.path("payload")))
          .isEmpty();
      if (example.has("headers")) {
        assertThat(
                CompiledSchemas.of(referred(message.path("headers")))
                    .validate(example.path("headers")))
            .isEmpty();
      }
    }
  }

  private static JsonNode referred(JsonNode reference) {
    return DOCUMENT.at(reference.path("$ref").asText().substring(1));
  }

  private static JsonNode read(String yaml) {
    try {
      return new YAMLMapper().readTree(yaml);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
