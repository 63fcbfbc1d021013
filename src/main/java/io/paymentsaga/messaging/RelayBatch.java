package io.paymentsaga.messaging;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.camel.Exchange;
import org.apache.camel.component.kafka.KafkaConstants;

/**
 * Events that go to Kafka together, as the body of one exchange. It holds at most one event per
 * order: the next one of the same order must not overtake it, and would if this one alone failed.
 *
 * <p>camel-kafka takes the records one by one, so the batch can end early: when {@code mayGoOn}
 * says so, and after a record failed on the spot, where each further one would block as long.
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
    List<Set<String>> orders = new ArrayList<>();
    for (OutboxEvent event : events) {
      int run = 0;
      while (run < runs.size() && orders.get(run).contains(event.orderId())) {
        run++;
      }
      if (run == runs.size()) {
        runs.add(new ArrayList<>());
        orders.add(new HashSet<>());
      }
      runs.get(run).add(event);
      orders.get(run).add(event.orderId());
    }
    return runs;
  }

  @Override
  public Iterator<Exchange> iterator() {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return handedOver < records.size() && !lastFailed() && mayGoOn.getAsBoolean();
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

  private boolean lastFailed() {
    return handedOver > 0 && records.get(handedOver - 1).getException() != null;
  }

  /**
   * The outbox ids of what Kafka has for certain. None at all when the sending broke off with
   * records still on their way: what becomes of those is not known, and they are sent again.
   */
  List<Long> acknowledged() {
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < handedOver; i++) {
      Exchange record = records.get(i);
      boolean answered = record.getMessage().getHeader(KafkaConstants.KAFKA_RECORD_META) != null;
      if (record.getException() == null) {
        if (!answered) {
          return List.of();
        }
        ids.add(events.get(i).outboxId());
      }
    }
    return ids;
  }
}
