package io.paymentsaga.messaging;

import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;

/**
 * Lets the headers an event has leave, and those that steer Camel's component stay. Camel's own
 * strategy does the same with several comparisons a header, which shows at full speed.
 */
public final class EventHeadersOnly implements HeaderFilterStrategy {
  @Override
  public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
    return name.startsWith("kafka.") || name.startsWith("Camel");
  }

  @Override
  public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
    return true;
  }
}
