package io.paymentsaga.messaging;

import org.apache.camel.CamelContext;

/**
 * One relay in a process of its own, to be killed. Arguments: brokers, topic prefix, database URL,
 * instance.
 */
final class RelayProcess {
  private RelayProcess() {}

  public static void main(String[] arguments) throws Exception {
    CamelContext context = MessagingParts.contextAt(arguments[0], arguments[1], "relay");
    context.addLifecycleStrategy(
        new OutboxRelay(
            MessagingParts.pool(arguments[2]), () -> true, RelaySettings.of(arguments[3])));
    context.start();
    Thread.currentThread().join();
  }
}
