package io.paymentsaga.fault;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What the service, or its broker, has said yes to: each entry must be kept. */
final class Promises {
  /** The payments of checkouts answered 201. */
  private final Queue<String> payments = new ConcurrentLinkedQueue<>();

  /** The refunds answered 202. */
  private final Queue<String> refunds = new ConcurrentLinkedQueue<>();

  /** The payments whose cancellation was answered 202. */
  private final Queue<String> cancellations = new ConcurrentLinkedQueue<>();

  /** The orders whose {@code order.cancelled} is in Kafka. */
  private final Queue<String> cancelledOrders = new ConcurrentLinkedQueue<>();

  /** The event ids of the commands that are in Kafka. */
  private final Queue<String> commands = new ConcurrentLinkedQueue<>();

  /** The payments an operator has settled by hand: how they ended is on his word. */
  private final Queue<String> resolutions = new ConcurrentLinkedQueue<>();

  Queue<String> payments() {
    return payments;
  }

  Queue<String> refunds() {
    return refunds;
  }

  Queue<String> cancellations() {
    return cancellations;
  }

  Queue<String> cancelledOrders() {
    return cancelledOrders;
  }

  Queue<String> commands() {
    return commands;
  }

  Queue<String> resolutions() {
    return resolutions;
  }
}
