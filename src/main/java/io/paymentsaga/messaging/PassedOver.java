package io.paymentsaga.messaging;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;

import io.paymentsaga.payment.EventType;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What of the outbox a lane passes over for now, so that the others' events go on: event types
 * whose topic is missing or takes nothing, with all later events of the orders they belong to; and
 * single orders whose next event Kafka refused. Not thread-safe.
 */
final class PassedOver {
  private static final Logger log = LoggerFactory.getLogger(PassedOver.class);
  private static final int MOST_ORDERS = 1000;

  /** So many refused events, and none taken, tell of their topic and no more of each of them. */
  private static final int MANY = 20;

  private final EventTopics topics;
  private final HeldBack types = new HeldBack(EventType.values().length);
  private final HeldBack orders = new HeldBack(MOST_ORDERS);

  /** Types that all failed in the last round, which may be Kafka's trouble or their topic's. */
  private Set<String> suspects = Set.of();

  PassedOver(EventTopics topics) {
    this.topics = topics;
  }

  Set<String> orders() {
    return orders.names();
  }

  Set<String> types(KafkaSight sight) {
    Set<String> held = types.names();
    if (sight.missing().isEmpty()) {
      return held;
    }
    Set<String> all = new HashSet<>(held);
    for (EventType type : EventType.values()) {
      if (sight.missing().contains(topics.of(type.published()))) {
        all.add(type.published());
      }
    }
    return all;
  }

  /** Learns from what became of some events. */
  void settle(List<OutboxEvent> taken, List<Refusal> refusals) {
    Set<String> takenTypes = taken.stream().map(OutboxEvent::eventType).collect(toSet());
    takenTypes.stream()
        .filter(types::letGo)
        .forEach(type -> log.info("Kafka takes {} events again", type));
    taken.forEach(event -> orders.letGo(event.orderId()));
    Map<String, List<Refusal>> perType =
        refusals.stream().collect(groupingBy(refusal -> refusal.event().eventType()));
    Set<String> failing = new HashSet<>();
    perType.forEach(
        (type, refused) -> {
          boolean noneTaken = !takenTypes.contains(type);
          if (noneTaken && refused.stream().allMatch(Refusal::isOfTheWay)) {
            failing.add(type);
            if (suspects.contains(type)) {
              holdType(type, refused.get(0));
            }
          } else if (noneTaken && isOfTheTopic(refused)) {
            holdType(type, refused.get(0));
          } else {
            refused.forEach(this::holdOrder);
          }
        });
    suspects = failing;
  }

  private static boolean isOfTheTopic(List<Refusal> refused) {
    return refused.size() >= MANY || refused.stream().anyMatch(Refusal::isOfTheTopic);
  }

  private void holdType(String type, Refusal refusal) {
    if (types.hold(type)) {
      log.warn(
          "Kafka takes no {} events, they wait with the later ones of their orders: {}",
          type,
          refusal.cause().getMessage());
    }
  }

  private void holdOrder(Refusal refusal) {
    OutboxEvent event = refusal.event();
    if (orders.isFull()) {
      holdType(event.eventType(), refusal);
    } else if (orders.hold(event.orderId()) && !refusal.isOfTheWay()) {
      log.warn(
          "Kafka refuses event {} of payment {}, it waits with the later ones of its order: {}",
          event.eventId(),
          event.paymentId(),
          refusal.cause().getMessage());
    }
  }

  /** To be called when Kafka was away, which explains whatever failed. */
  void clear() {
    types.clear();
    orders.clear();
    suspects = Set.of();
  }
}
