package io.paymentsaga.messaging;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.BooleanSupplier;
import org.apache.camel.Exchange;
import org.apache.camel.component.kafka.KafkaConstants;

/**
 * Events that go to Kafka together, as the body of one exchange. It holds at most one event per
 * order: the next one of the same order must not overtake it, and would if this one alone failed.
 *
 * <p>camel-kafka takes the records one by one, so the batch can end early: when {@code mayGoOn}
 * says so, and after a record failed on the spot for a reason that passes, such as a broker or a
 * topic that is not there, where each further one might block as long. What is wrong with one
 * record only, such as its size, keeps no other order's events from leaving.
 */
final class RelayBatch implements Iterable<Exchange> {
  private final List<OutboxEvent> events;
  private final List<Exchange> records;
  private final BooleanSupplier mayGoOn;
  private int handedOver;

  RelayBatch(List<OutboxEvent> events, List<Exchange> records, BooleanSupplier mayGoOn) {
    this.events = events;
    this.records = records;
    this.mayGoOn = mayGoOn;
  }

  /**
   * Splits events into runs without two of one order, each order's events in sequence over the
   * runs.
   */
  static List<List<OutboxEvent>> split(List<OutboxEvent> events) {
    List<List<OutboxEvent>> runs = new ArrayList<>();
    Map<String, Integer> perOrder = new HashMap<>();
    for (OutboxEvent event : events) {
      int number = perOrder.merge(event.orderId(), 1, Integer::sum);
      if (number > runs.size()) {
        runs.add(new ArrayList<>());
      }
      runs.get(number - 1).add(event);
    }
    return runs;
  }

  @Override
  public Iterator<Exchange> iterator() {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return handedOver < records.size() && !blocked() && mayGoOn.getAsBoolean();
      }

      @Override
      public Exchange next() {
        if (handedOver == records.size()) {
          throw new NoSuchElementException();
        }
        return records.get(handedOver++);
      }
    };
  }

  List<OutboxEvent> events() {
    return events;
  }

  private boolean blocked() {
    return handedOver > 0 && Refusal.passes(records.get(handedOver - 1).getException());
  }

  /**
   * What Kafka has for certain. None at all when the sending broke off with records still on their
   * way: what becomes of those is not known, and they are sent again.
   */
  List<OutboxEvent> acknowledged() {
    List<OutboxEvent> taken = new ArrayList<>();
    for (int i = 0; i < handedOver; i++) {
      Exchange record = records.get(i);
      boolean answered = record.getMessage().getHeader(KafkaConstants.KAFKA_RECORD_META) != null;
      if (record.getException() == null) {
        if (!answered) {
          return List.of();
        }
        taken.add(events.get(i));
      }
    }
    return taken;
  }

  /** What Kafka said it did not take. */
  List<Refusal> refusals() {
    List<Refusal> refusals = new ArrayList<>();
    for (int i = 0; i < handedOver; i++) {
      Exception cause = records.get(i).getException();
      if (cause != null) {
        refusals.add(new Refusal(events.get(i), cause));
      }
    }
    return refusals;
  }
}
