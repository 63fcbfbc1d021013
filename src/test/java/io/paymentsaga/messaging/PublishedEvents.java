package io.paymentsaga.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What a consumer that knows nothing but Kafka and the contract finds in some topics. */
final class PublishedEvents {
  private static final Pattern SEQUENCE = Pattern.compile("\"sequence\":(\\d+)");

  private final Set<String> ids = new TreeSet<>();
  private final Map<String, Set<Integer>> perPayment = new HashMap<>();

  /** By topic, then by payment: each sequence where it first stands. */
  private final Map<String, Map<String, Set<Integer>>> perTopic = new HashMap<>();

  private int records;

  static PublishedEvents of(String brokers, Collection<String> topics) {
    PublishedEvents published = new PublishedEvents();
    for (String topic : topics) {
      KafkaRecords.all(brokers, topic).forEach(published::add);
    }
    return published;
  }

  private void add(ConsumerRecord<byte[], byte[]> record) {
    Matcher sequence = SEQUENCE.matcher(text(record.value()));
    assertThat(sequence.find()).isTrue();
    int number = Integer.parseInt(sequence.group(1));
    String payment = header(record, "ce_subject");
    records++;
    ids.add(header(record, "ce_id"));
    perPayment.computeIfAbsent(payment, key -> new TreeSet<>()).add(number);
    perTopic
        .computeIfAbsent(record.topic(), key -> new HashMap<>())
        .computeIfAbsent(payment, key -> new LinkedHashSet<>())
        .add(number);
  }

  /** Each of these events at least once and no other; each payment's in sequence, without a gap. */
  void assertExactly(Set<String> eventIds) {
    assertThat(ids).isEqualTo(eventIds);
    assertThat(perPayment.values())
        .allSatisfy(sequences -> assertThat(sequences).first().isEqualTo(1))
        .allSatisfy(sequences -> assertThat(sequences).last().isEqualTo(sequences.size()));
    assertInOrder();
  }

  /** Each payment's events in sequence within a topic. */
  void assertInOrder() {
    assertThat(perTopic.values())
        .flatMap(Map::values)
        .allSatisfy(sequences -> assertThat(List.copyOf(sequences)).isSorted());
  }

  int repeated() {
    return records - ids.size();
  }

  Set<Integer> sequencesOf(String payment) {
    return perPayment.getOrDefault(payment, Set.of());
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return text(record.headers().lastHeader(name).value());
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
