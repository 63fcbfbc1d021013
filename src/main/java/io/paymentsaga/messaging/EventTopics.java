package io.paymentsaga.messaging;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;

/**
 * The topic of each event type, as the route {@code route-event} names it. The route is asked once
 * a type, with the first event of it: at full speed it would cost more than the sending.
 */
final class EventTopics {
  private final ProducerTemplate template;
  private final Map<String, String> topics = new ConcurrentHashMap<>();

  EventTopics(ProducerTemplate template) {
    this.template = template;
  }

  /**
   * @throws IllegalStateException the route names none; it is asked again next time
   */
  String of(String eventType) {
    return topics.computeIfAbsent(eventType, this::ask);
  }

  private String ask(String eventType) {
    Exchange answer =
        template.send(
            "direct:route-event", exchange -> exchange.getIn().setHeader("ce_type", eventType));
    String topic = answer.getVariable("topic", String.class);
    if (answer.getException() != null || topic == null) {
      throw new IllegalStateException(
          "the route route-event names no topic for " + eventType, answer.getException());
    }
    return topic;
  }
}
