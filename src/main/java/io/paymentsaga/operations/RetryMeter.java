package io.paymentsaga.operations;

import io.micrometer.core.instrument.MeterRegistry;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeRedeliveryEvent;
import org.apache.camel.support.EventNotifierSupport;

/** Counts the repeats of consumed messages that failed. */
final class RetryMeter extends EventNotifierSupport {
  private final MeterRegistry registry;

  RetryMeter(MeterRegistry registry) {
    this.registry = registry;
    // Camel makes no event that nobody wants; to it a redelivery is a failed exchange.
    setIgnoreCamelContextEvents(true);
    setIgnoreCamelContextInitEvents(true);
    setIgnoreServiceEvents(true);
    setIgnoreRouteEvents(true);
    setIgnoreStepEvents(true);
    setIgnoreExchangeCreatedEvent(true);
    setIgnoreExchangeCompletedEvent(true);
    setIgnoreExchangeSentEvents(true);
  }

  @Override
  public boolean isEnabled(CamelEvent event) {
    return event instanceof ExchangeRedeliveryEvent retry && isConsumed(retry);
  }

  @Override
  public void notify(CamelEvent event) {
    String route = ((ExchangeRedeliveryEvent) event).getExchange().getFromRouteId();
    registry.counter("messages.retried", "route", route).increment();
  }

  private static boolean isConsumed(ExchangeRedeliveryEvent retry) {
    String route = retry.getExchange().getFromRouteId();
    return route != null && route.startsWith("consume-");
  }
}
