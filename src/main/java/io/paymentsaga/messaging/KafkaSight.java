package io.paymentsaga.messaging;

import java.util.Set;

/**
 * What an instance sees of Kafka, as far as its relay has to know.
 *
 * @param answers whether the cluster answers this instance, and its topics have been looked for
 * @param missing topics, with their prefix, to which nothing can be sent: they are not there, or
 *     this service may not see them
 */
public record KafkaSight(boolean answers, Set<String> missing) {
  static final KafkaSight NONE = new KafkaSight(false, Set.of());

  public KafkaSight {
    missing = Set.copyOf(missing);
  }
}
