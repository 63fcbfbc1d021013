package io.paymentsaga.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;

class PassedOverTest {
  private static final KafkaSight ALL_THERE = MessagingEnvironment.ALL_THERE;

  private final PassedOver passedOver =
      new PassedOver(new EventTopics(new DefaultCamelContext().createProducerTemplate()));

  @Test
  void an_event_refused_for_itself_holds_back_its_order_until_one_of_it_is_taken() {
    passedOver.settle(List.of(), List.of(refusal("a", new RecordTooLargeException())));

    assertThat(passedOver.orders()).containsExactly("a");
    assertThat(passedOver.types(ALL_THERE)).isEmpty();

    passedOver.settle(List.of(event("a")), List.of());

    assertThat(passedOver.orders()).isEmpty();
  }

  @Test
  void a_topic_that_kafka_says_takes_nothing_holds_back_its_events() {
    for (Exception cause :
        List.of(
            new TopicAuthorizationException("no"),
            new TimeoutException("late", new UnknownTopicOrPartitionException()))) {
      passedOver.clear();
      passedOver.settle(List.of(), List.of(refusal("a", cause)));

      assertThat(passedOver.types(ALL_THERE)).containsExactly("payment.initiated");
    }
  }

  @Test
  void so_does_one_of_which_many_events_are_refused_and_none_is_taken() {
    List<Refusal> many =
        IntStream.range(0, 20)
            .mapToObj(n -> refusal("order-" + n, new RecordTooLargeException()))
            .toList();

    passedOver.settle(List.of(event("other")), many);
    assertThat(passedOver.types(ALL_THERE)).isEmpty();

    passedOver.settle(List.of(), many);
    assertThat(passedOver.types(ALL_THERE)).containsExactly("payment.initiated");
  }

  @Test
  void
      events_that_come_through_in_no_two_rounds_are_held_back_lest_they_keep_others_from_being_read() {
    List<Refusal> late = List.of(refusal("a", new TimeoutException("late")));

    passedOver.settle(List.of(), late);
    assertThat(passedOver.types(ALL_THERE)).isEmpty();

    passedOver.settle(List.of(), late);
    assertThat(passedOver.types(ALL_THERE)).isEqualTo(Set.of("payment.initiated"));
  }

  private static Refusal refusal(String orderId, Exception cause) {
    return new Refusal(event(orderId), cause);
  }

  private static OutboxEvent event(String orderId) {
    return new OutboxEvent(
        0, 1, "e", "payment.initiated", "p", orderId, Instant.EPOCH, new byte[0], "c", null);
  }
}
