package io.paymentsaga.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class RelayBatchTest {
  private final CamelContext context = new DefaultCamelContext();
  private boolean leaseLasts = true;

  @Test
  void no_run_holds_two_events_of_one_order_and_each_order_keeps_its_sequence() {
    List<List<OutboxEvent>> runs =
        RelayBatch.split(
            List.of(event(1, "a"), event(2, "b"), event(3, "a"), event(4, "c"), event(5, "a")));
    assertThat(runs.stream().map(run -> run.stream().map(OutboxEvent::outboxId).toList()))
        .containsExactly(List.of(1L, 2L, 4L), List.of(3L), List.of(5L));
  }

  @Test
  void nothing_follows_an_event_that_failed_because_the_broker_is_away() {
    RelayBatch batch = batch(List.of(event(1, "a"), event(2, "b"), event(3, "c")));

    assertThat(sendButFail(batch, 2, new TimeoutException("away"))).isEqualTo(2);
    assertThat(batch.acknowledged()).extracting(OutboxEvent::outboxId).containsExactly(1L);
  }

  @Test
  void an_event_that_kafka_refuses_is_not_acknowledged_and_keeps_none_of_another_order() {
    RelayBatch batch = batch(List.of(event(1, "a"), event(2, "b"), event(3, "c")));

    assertThat(sendButFail(batch, 2, new RecordTooLargeException("too large"))).isEqualTo(3);
    assertThat(batch.acknowledged()).extracting(OutboxEvent::outboxId).containsExactly(1L, 3L);
  }

  private static int sendButFail(RelayBatch batch, int which, Exception failure) {
    int sent = 0;
    for (Exchange record : batch) {
      sent++;
      if (sent == which) {
        record.setException(failure);
      } else {
        acknowledge(record);
      }
    }
    return sent;
  }

  @Test
  void nothing_is_handed_over_once_the_lease_is_too_short() {
    RelayBatch batch = batch(List.of(event(1, "a"), event(2, "b")));
    for (Exchange record : batch) {
      acknowledge(record);
      leaseLasts = false;
    }
    assertThat(batch.acknowledged()).extracting(OutboxEvent::outboxId).containsExactly(1L);
  }

  @Test
  void a_batch_that_broke_off_with_a_record_on_its_way_counts_as_not_sent() {
    RelayBatch batch = batch(List.of(event(1, "a"), event(2, "b")));
    var records = batch.iterator();
    acknowledge(records.next());
    records.next();
    assertThat(batch.acknowledged()).isEmpty();
  }

  private RelayBatch batch(List<OutboxEvent> events) {
    return new RelayBatch(
        events,
        events.stream().map(event -> event.toExchange(context, "topic")).toList(),
        () -> leaseLasts);
  }

  private static void acknowledge(Exchange record) {
    record.getMessage().setHeader(KafkaConstants.KAFKA_RECORD_META, List.of());
  }

  private static OutboxEvent event(long id, String orderId) {
    return new OutboxEvent(
        0, id, "e" + id, "payment.initiated", "p", orderId, Instant.EPOCH, new byte[0], "c", null);
  }
}
