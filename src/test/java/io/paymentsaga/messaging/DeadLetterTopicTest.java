package io.paymentsaga.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;

class DeadLetterTopicTest {
  @Test
  void what_asking_again_would_not_change_is_refused_for_good() {
    List<ApiException> forGood =
        List.of(
            new RecordTooLargeException("2 MiB"),
            new TopicAuthorizationException("topic"),
            new TimeoutException("no metadata", new UnknownTopicOrPartitionException()));

    assertThat(forGood).allMatch(DeadLetterTopic::isForGood);
  }

  @Test
  void what_may_pass_is_not() {
    List<ApiException> forNow =
        List.of(
            new TimeoutException("no metadata"),
            new NotEnoughReplicasException("one is down"),
            new SaslAuthenticationException("the password is being rotated"));

    assertThat(forNow).noneMatch(DeadLetterTopic::isForGood);
  }
}
